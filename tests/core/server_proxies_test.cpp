// A real server behind a proxy: whose address a client has.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/http_client.h"
#include "support/test_server.h"

namespace reverb {
namespace {

using testing::eventually;
using testing::TestServer;

// The address that the hook tells of a client with these headers.
std::string address_of(const std::vector<std::string>& trusted, const std::string& headers) {
    const TestServer server([&](ServerConfig& config) { config.trusted_proxies = trusted; });
    server.hooks().want(Hook::connection_opened, true);
    const auto client = server.connect({.headers = headers});
    std::vector<HookEvent> told;
    EXPECT_TRUE(eventually([&] {
        told = server.hooks().take();
        return !told.empty();
    }));
    return told.empty() ? "" : told[0].detail;
}

const std::vector<std::string> here{"127.0.0.1"};
const std::string both = "X-Real-IP: 198.51.100.7\r\nX-Forwarded-For: 203.0.113.9\r\n";

TEST(ServerProxies, AreNotBelievedUnlessTrusted) {
    EXPECT_EQ(address_of({}, both), "127.0.0.1");
    EXPECT_EQ(address_of({"10.0.0.0/8", "::1"}, both), "127.0.0.1");
}

TEST(ServerProxies, TellTheClientsAddress) {
    EXPECT_EQ(address_of(here, both), "203.0.113.9");
    EXPECT_EQ(address_of({"127.0.0.0/8"}, "x-forwarded-for: 203.0.113.9:80\r\n"), "203.0.113.9");
    EXPECT_EQ(address_of({"*"}, "X-Forwarded-For: 2001:db8::9\r\n"), "2001:db8::9");
    EXPECT_EQ(address_of(here, "X-Real-IP: 198.51.100.7\r\n"), "198.51.100.7");
    EXPECT_EQ(address_of(here, "X-Forwarded-For:\r\nX-Real-IP: 198.51.100.7\r\n"), "198.51.100.7");
    EXPECT_EQ(address_of(here, ""), "127.0.0.1");
}

TEST(ServerProxies, WriteSeveralLinesThatAreOneList) {
    const std::string first = "X-Forwarded-For: 198.51.100.7, 203.0.113.9\r\n";
    EXPECT_EQ(address_of(here, first + "X-Forwarded-For: 127.0.0.1\r\n"), "203.0.113.9");
    EXPECT_EQ(address_of(here, first + "X-Forwarded-For: 192.0.2.1\r\n"), "192.0.2.1");
    EXPECT_EQ(address_of(here, first + "X-Forwarded-For:\r\n"), "127.0.0.1");
    std::string many;
    for (int line = 0; line < 20; ++line) {
        many += "X-Forwarded-For: 127.0.0." + std::to_string(line) + "\r\n";
    }
    EXPECT_EQ(address_of({"127.0.0.0/8"}, "X-Forwarded-For: 203.0.113.9\r\n" + many),
              "203.0.113.9");
    EXPECT_EQ(address_of(here, "X-Real-IP: 198.51.100.7\r\nX-Real-IP: 192.0.2.1\r\n"), "127.0.0.1");
}

TEST(ServerProxies, MayWriteWhatIsNoAddress) {
    using namespace std::string_literals;
    EXPECT_EQ(address_of(here, "X-Forwarded-For: 203.0.113.9, unknown\r\n"), "127.0.0.1");
    EXPECT_EQ(address_of(here, "X-Forwarded-For: " + std::string(6'000, ',') + "\r\n"),
              "127.0.0.1");
    EXPECT_EQ(address_of(here, "X-Forwarded-For: 203.0.113.9\0, 127.0.0.1\r\n"s), "127.0.0.1");
}

TEST(ServerProxies, AreCheckedBeforeTheStart) {
    ServerConfig config;
    config.apps = {testing::test_application()};
    config.trusted_proxies = {"127.0.0.1", "10.0.0.0/8", "proxy.internal"};
    try {
        const Server server(config, std::make_shared<HookQueue>());
        ADD_FAILURE() << "a name was taken";
    } catch (const ConfigError& error) {
        EXPECT_EQ(error.setting(), "trusted_proxies.2");
    }
}

}  // namespace
}  // namespace reverb
