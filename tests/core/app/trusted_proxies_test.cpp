#include "app/trusted_proxies.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server_config.h"

namespace reverb {
namespace {

using namespace std::string_literals;

TEST(TrustedProxies, TrustsNobodyUnlessTold) {
    const TrustedProxies nobody;
    EXPECT_FALSE(nobody.trusts("127.0.0.1"));
    EXPECT_FALSE(nobody.trusts(""));
    EXPECT_FALSE(TrustedProxies(std::vector<std::string>{}).trusts("10.0.0.1"));
}

TEST(TrustedProxies, TrustsAddressesAndRanges) {
    const TrustedProxies some({"10.0.0.1", "192.168.0.0/16", "fd00::/8"});
    for (const char* peer :
         {"10.0.0.1", "::ffff:10.0.0.1", "192.168.9.9", "::ffff:192.168.0.1", "fd12::1"}) {
        EXPECT_TRUE(some.trusts(peer)) << peer;
    }
    for (const char* peer : {"10.0.0.2", "192.169.0.1", "::1", "fe00::1", "", "10.0.0.1:80"}) {
        EXPECT_FALSE(some.trusts(peer)) << peer;
    }
}

TEST(TrustedProxies, TrustsWhoeverConnects) {
    const TrustedProxies all({"*"});
    EXPECT_TRUE(all.trusts("203.0.113.9"));
    EXPECT_TRUE(all.trusts("::1"));
}

TEST(TrustedProxies, TellsWhichEntryIsWrong) {
    for (const std::string& wrong : {"proxy.internal"s, ""s, "10.0.0.0/33"s, "**"s, " 10.0.0.1"s,
                                     "10.0.0.1,10.0.0.2"s, "10.0.0.1:8080"s}) {
        try {
            const TrustedProxies proxies({"10.0.0.1", wrong});
            ADD_FAILURE() << wrong << " was taken";
        } catch (const ConfigError& error) {
            EXPECT_EQ(error.setting(), "trusted_proxies.1");
            EXPECT_NE(std::string(error.what()).find('"' + wrong + '"'), std::string::npos)
                << error.what();
        }
    }
}

struct Row {
    std::vector<std::string> trusted;
    std::string forwarded_for;
    std::string real_ip;
    std::string client;
    const char* why;
};

const std::vector<std::string> inner{"10.0.0.0/8", "fd00::/8"};
const std::string peer = "10.0.0.1";

const Row rows[] = {
    {inner, "203.0.113.9", "", "203.0.113.9", "the only address"},
    {inner, "  203.0.113.9\t", "", "203.0.113.9", "spaces around it"},
    {inner, "198.51.100.7, 203.0.113.9", "", "203.0.113.9",
     "the last one: the client wrote the first"},
    {inner, "198.51.100.7,203.0.113.9,10.0.0.2, 10.9.9.9", "", "203.0.113.9",
     "behind proxies of ours"},
    {inner, "198.51.100.7, 203.0.113.9, fd00::2", "", "203.0.113.9", "of either family"},
    {inner, "203.0.113.9, ::ffff:10.0.0.2", "", "203.0.113.9", "called as IPv6 calls it"},
    {inner, "10.0.0.7, 10.0.0.2", "", "10.0.0.7", "all are ours: the first one"},
    {inner, "2001:DB8::9", "", "2001:db8::9", "IPv6"},
    {inner, "203.0.113.9:4711", "", "203.0.113.9", "with a port"},
    {inner, "203.0.113.9:4711, 10.0.0.2:80", "", "203.0.113.9", "with ports"},
    {inner, "[2001:db8::9]", "", "2001:db8::9", "in brackets"},
    {inner, "[2001:db8::9]:4711, [fd00::2]:80", "", "2001:db8::9", "in brackets, with ports"},

    {inner, "203.0.113.9, unknown", "", peer, "what the last proxy wrote is no address"},
    {inner, "203.0.113.9, unknown, 10.0.0.2", "", "10.0.0.2", "nothing in front of it is believed"},
    {inner, "evil, 203.0.113.9", "", "203.0.113.9", "what stands in front does not matter"},
    {inner, "203.0.113.9, ", "", peer, "an empty entry is no address"},
    {inner, "203.0.113.9,,10.0.0.2", "", "10.0.0.2", "nor in the middle"},
    {inner, ",", "", peer, "nor alone"},
    {inner, "203.0.113.9 10.0.0.2", "", peer, "two without a comma"},
    {inner, "203.0.113.9:", "", peer, "a port without digits"},
    {inner, "203.0.113.9:123456", "", peer, "a port too long"},
    {inner, "203.0.113.9:80:80", "", peer, "two ports"},
    {inner, "203.0.113.9:http", "", peer, "a port by name"},
    {inner, "[2001:db8::9", "", peer, "a bracket that does not close"},
    {inner, "[2001:db8::9]80", "", peer, "a port without its colon"},
    {inner, "[]", "", peer, "brackets around nothing"},
    {inner, "[", "", peer, "a bracket alone"},
    {inner, "\"203.0.113.9\"", "", peer, "quoted"},
    {inner, "203.0.113.9\0"s, "", peer, "a zero byte"},
    {inner, "203.0.113.9, 10.0.0.2\0, x"s, "", peer, "a zero byte in front of more"},
    {inner, "localhost", "", peer, "a name"},
    {inner, std::string(8'000, ','), "", peer, "eight thousand commas"},
    {inner, std::string(8'000, '1'), "", peer, "a long number"},

    {inner, "", "203.0.113.9", "203.0.113.9", "X-Real-IP alone"},
    {inner, " ", "203.0.113.9:80", "203.0.113.9", "X-Real-IP with a port"},
    {inner, "198.51.100.7", "203.0.113.9", "198.51.100.7", "X-Forwarded-For comes first"},
    {inner, "unknown", "203.0.113.9", peer, "even where it says nothing"},
    {inner, "", "203.0.113.9, 198.51.100.7", peer, "X-Real-IP twice"},
    {inner, "", "unknown", peer, "X-Real-IP that is no address"},
    {inner, "", "", peer, "neither"},

    {{"*"}, "198.51.100.7, 203.0.113.9", "", "203.0.113.9", "the star is for the peer alone"},
    {{"*"}, "198.51.100.7, 10.0.0.2", "", "10.0.0.2", "whatever the address"},
    {{"*", "10.0.0.0/8"}, "198.51.100.7, 10.0.0.2", "", "198.51.100.7", "with proxies behind it"},
};

TEST(TrustedProxies, FindTheClientByTheTable) {
    for (const Row& row : rows) {
        EXPECT_EQ(TrustedProxies(row.trusted).client(peer, row.forwarded_for, row.real_ip),
                  row.client)
            << '"' << row.forwarded_for << "\": " << row.why;
    }
}

}  // namespace
}  // namespace reverb
