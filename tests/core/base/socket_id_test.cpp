#include "base/socket_id.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

namespace reverb {
namespace {

TEST(SocketId, IsTwoNumbersAndADot) {
    EXPECT_EQ((SocketId{123, 456}).text(), "123.456");
    EXPECT_EQ((SocketId{4'294'967'295, 4'294'967'295}).text(), "4294967295.4294967295");
    EXPECT_EQ(SocketId::parse("123.456"), (SocketId{123, 456}));
    EXPECT_EQ(SocketId::parse("4294967295.0"), (SocketId{4'294'967'295, 0}));
}

TEST(SocketId, IsNothingElse) {
    for (const char* text :
         {"", ".", "1", "1.", ".1", "1.2.3", "1.2 ", " 1.2", "1 .2", "-1.2", "+1.2", "1.-2", "a.b",
          "1,2", "0x1.2", "4294967296.1", "1.4294967296", "99999999999999999999.1", "1.2\n"}) {
        EXPECT_FALSE(SocketId::parse(text)) << '"' << text << '"';
    }
    EXPECT_FALSE(SocketId::parse(std::string_view("1.2\0", 4)));
}

TEST(SocketId, RandomOnesAreDistinctAndReadBack) {
    std::set<std::string> seen;
    for (int i = 0; i < 1'000; ++i) {
        const SocketId id = SocketId::random();
        EXPECT_EQ(SocketId::parse(id.text()), id);
        // What Pusher's SDKs take for a socket id.
        EXPECT_TRUE(std::regex_match(id.text(), std::regex(R"(\d+\.\d+)")));
        seen.insert(id.text());
    }
    EXPECT_EQ(seen.size(), 1'000U);
}

}  // namespace
}  // namespace reverb
