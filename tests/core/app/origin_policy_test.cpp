#include "app/origin_policy.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace reverb {
namespace {

struct Row {
    std::vector<std::string> patterns;
    std::string origin;
    bool allowed;
    const char* why;
};

const std::vector<std::string> example{"example.com"};
const std::vector<std::string> below{"*.example.com"};

const Row rows[] = {
    {{"*"}, "https://anything.test", true, "the star allows all"},
    {{"*"}, "", true, "the star allows an absent header"},
    {{"*"}, "null", true, "the star allows an opaque origin"},
    {{"example.com", "*"}, "https://other.test", true, "the star anywhere in the list"},
    {{}, "https://example.com", false, "an empty list allows nobody"},

    {example, "https://example.com", true, "the host itself"},
    {example, "http://example.com", true, "the scheme does not count"},
    {example, "https://example.com:8443", true, "nor does the port"},
    {example, "https://EXAMPLE.Com", true, "nor does case"},
    {{"Example.COM"}, "https://example.com", true, "in the setting either"},
    {{"other.test", "example.com"}, "https://example.com", true, "any of the list"},

    {example, "", false, "an absent header"},
    {example, "null", false, "an opaque origin"},
    {example, "example.com", false, "a host is no origin"},
    {example, "://example.com", false, "no scheme"},
    {example, "https://", false, "no host"},
    {example, "https://app.example.com", false, "a sub-domain was not named"},
    {example, "https://example.com.evil", false, "ours in front of another's"},
    {example, "https://evil-example.com", false, "ours at the end of another's"},
    {example, "https://example.co", false, "a part of ours"},
    {example, "https://example.com@evil.test", false, "ours as a user name"},
    {example, "https://user@example.com", true, "a user name is not the host"},
    {example, "https://evil.test/example.com", false, "ours in the path"},
    {example, "https://evil.test?example.com", false, "ours in the query"},
    {example, "https://evil.test#@example.com", false, "ours behind a fragment"},
    {example, "https://evil.test/@example.com", false, "ours behind a path"},
    {example, "https://example.com:80@evil.test", false, "ours as a user with a password"},
    {example, "https://exampleXcom", false, "a dot is a dot"},

    {below, "https://app.example.com", true, "a sub-domain"},
    {below, "https://a.b.example.com", true, "a sub-domain of one"},
    {below, "https://APP.example.com:444", true, "case and port"},
    {below, "https://example.com", false, "the domain itself was not named"},
    {below, "https://app.example.com.evil", false, "ours in the middle"},
    {below, "https://evilexample.com", false, "without the dot"},
    {below, "https://evil.test/.example.com", false, "ours in the path"},
    {{"app-*.example.com"}, "https://app-7.example.com", true, "a star in the middle"},
    {{"app-*.example.com"}, "https://app-.example.com", true, "that stands for nothing"},
    {{"app-*.example.com"}, "https://web-7.example.com", false, "with another beginning"},
    {{"*example*"}, "https://my.example.test", true, "two stars"},

    {{"[::1]"}, "http://[::1]:8080", true, "IPv6 with a port"},
    {{"[::1]"}, "http://[::1]", true, "IPv6"},
    {{"[2001:DB8::1]"}, "http://[2001:db8::1]", true, "IPv6 in another case"},
    {{"[::1]"}, "http://[::2]", false, "another IPv6"},
    {{"127.0.0.1"}, "http://127.0.0.1:3000", true, "IPv4"},
    {{"127.0.0.1"}, "http://127.0.0.11", false, "another IPv4"},
    {{"localhost"}, "http://localhost:5173", true, "a name without dots"},
};

TEST(OriginPolicy, IsTheTable) {
    for (const Row& row : rows) {
        EXPECT_EQ(origin_allowed(row.patterns, row.origin), row.allowed)
            << '"' << row.origin << "\": " << row.why;
    }
}

// A pattern of many stars against a host that almost matches must not take exponential time.
TEST(OriginPolicy, TakesLittleTimeOverManyStars) {
    std::string pattern;
    for (int i = 0; i < 50; ++i) {
        pattern += "*a";
    }
    const std::string origin = "https://" + std::string(5'000, 'a') + "b";
    EXPECT_FALSE(origin_allowed({pattern}, origin));
}

}  // namespace
}  // namespace reverb
