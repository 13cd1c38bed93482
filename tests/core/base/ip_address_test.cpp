#include "base/ip_address.h"

#include <gtest/gtest.h>

#include <string>

namespace reverb {
namespace {

using namespace std::string_literals;

// What it reads as, or nothing.
std::string read(std::string_view text) {
    const auto address = IpAddress::parse(text);
    return address ? address->text() : "";
}

TEST(IpAddress, ReadsBothFamilies) {
    EXPECT_EQ(read("127.0.0.1"), "127.0.0.1");
    EXPECT_EQ(read("255.255.255.255"), "255.255.255.255");
    EXPECT_EQ(read("::1"), "::1");
    EXPECT_EQ(read("2001:DB8:0:0::1"), "2001:db8::1");
    EXPECT_EQ(read("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"),
              "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

TEST(IpAddress, IsTheSameHoweverIpv4IsCalled) {
    EXPECT_EQ(IpAddress::parse("::ffff:10.0.0.1"), IpAddress::parse("10.0.0.1"));
    EXPECT_EQ(read("::ffff:10.0.0.1"), "10.0.0.1");
    EXPECT_TRUE(IpAddress::parse("::ffff:a00:1")->is_ipv4());
    EXPECT_FALSE(IpAddress::parse("::10.0.0.1")->is_ipv4());
}

TEST(IpAddress, ReadsNothingElse) {
    for (const std::string& text : {""s,
                                    " "s,
                                    "localhost"s,
                                    "10.0.0"s,
                                    "10.0.0.1.1"s,
                                    "10.0.0.256"s,
                                    "010.0.0.1"s,
                                    "0xa.0.0.1"s,
                                    "10.0.0.1 "s,
                                    " 10.0.0.1"s,
                                    "10.0.0.1:80"s,
                                    "[::1]"s,
                                    "::1%lo"s,
                                    "fe80::1%eth0"s,
                                    ":::"s,
                                    "1:2:3:4:5:6:7:8:9"s,
                                    "10.0.0.1/8"s,
                                    "*"s,
                                    "10.0.0.1\0"s,
                                    "10.0.0.1\0x"s,
                                    "::1\0"s,
                                    std::string(10'000, '1'),
                                    std::string(45, ':'),
                                    std::string(46, '0')}) {
        EXPECT_EQ(read(text), "") << text;
    }
}

// Whether the range, which has to be one, holds the address.
bool holds(std::string_view range, std::string_view address) {
    return IpRange::parse(range).value().contains(IpAddress::parse(address).value());
}

TEST(IpRange, HoldsWhatSharesItsFirstBits) {
    EXPECT_TRUE(holds("10.0.0.0/8", "10.255.255.255"));
    EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.0"));
    EXPECT_FALSE(holds("10.0.0.0/8", "9.255.255.255"));
    EXPECT_TRUE(holds("10.1.2.3/8", "10.9.9.9")) << "the bits behind do not count";
    EXPECT_TRUE(holds("172.16.0.0/12", "172.31.255.255"));
    EXPECT_FALSE(holds("172.16.0.0/12", "172.32.0.0"));
    EXPECT_TRUE(holds("192.168.1.128/25", "192.168.1.200"));
    EXPECT_FALSE(holds("192.168.1.128/25", "192.168.1.127"));
    EXPECT_TRUE(holds("192.168.1.4/31", "192.168.1.5"));
    EXPECT_FALSE(holds("192.168.1.4/31", "192.168.1.6"));
    EXPECT_TRUE(holds("fd00::/8", "fdff::1"));
    EXPECT_FALSE(holds("fd00::/8", "fe00::1"));
    EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::"));
    EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::"));
}

TEST(IpRange, MayBeOneAddressOrAll) {
    EXPECT_TRUE(holds("10.0.0.1", "10.0.0.1"));
    EXPECT_FALSE(holds("10.0.0.1", "10.0.0.2"));
    EXPECT_TRUE(holds("10.0.0.1/32", "10.0.0.1"));
    EXPECT_FALSE(holds("10.0.0.1/32", "10.0.0.0"));
    EXPECT_TRUE(holds("::1/128", "::1"));
    EXPECT_FALSE(holds("::1/128", "::"));
    EXPECT_TRUE(holds("0.0.0.0/0", "203.0.113.9"));
    EXPECT_TRUE(holds("::/0", "2001:db8::1"));
}

TEST(IpRange, KeepsTheFamiliesApart) {
    EXPECT_FALSE(holds("0.0.0.0/0", "::1"));
    EXPECT_FALSE(holds("::/0", "10.0.0.1"));
    EXPECT_FALSE(holds("::/90", "10.0.0.1"));
    EXPECT_TRUE(holds("::ffff:0:0/96", "10.0.0.1"));
    EXPECT_TRUE(holds("::ffff:10.0.0.0/104", "10.9.9.9"));
    EXPECT_FALSE(holds("::ffff:10.0.0.0/104", "11.9.9.9"));
    EXPECT_TRUE(holds("10.0.0.0/8", "::ffff:10.0.0.1"));
}

TEST(IpRange, IsNothingElse) {
    for (const std::string& text :
         {""s, "*"s, "/8"s, "10.0.0.0/"s, "10.0.0.0/33"s, "10.0.0.0/-1"s, "10.0.0.0/+8"s,
          "10.0.0.0/8 "s, "10.0.0.0/ 8"s, "10.0.0.0/8/8"s, "10.0.0.0/255.0.0.0"s, "10/8"s,
          "10.0.0.0/99999999999999999999"s, "::/129"s, "::1/"s, "[::1]/128"s, "proxy.internal"s,
          "10.0.0.0\0/8"s, "10.0.0.0/8\0"s}) {
        EXPECT_FALSE(IpRange::parse(text)) << text;
    }
}

}  // namespace
}  // namespace reverb
