#include "cluster/slot_map.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace reverb {
namespace {

RedisReply read(const std::string& resp) {
    RespReader reader;
    reader.feed(resp);
    const RedisReply* const reply = reader.next();
    return reply == nullptr ? RedisReply{} : *reply;
}

RedisReply error(const std::string& text) {
    return read("-" + text + "\r\n");
}

TEST(SlotMap, KeysAreInTheSlotsThatRedisPutsThemIn) {
    // What CLUSTER KEYSLOT of redis-server 7.0 says.
    EXPECT_EQ(hash_slot("123456789"), 12739);
    EXPECT_EQ(hash_slot("foo"), 12182);
    EXPECT_EQ(hash_slot(""), 0);
    EXPECT_EQ(hash_slot("{user1000}.following"), hash_slot("user1000"));
    EXPECT_EQ(hash_slot("a{b}{c}"), hash_slot("b"));
    EXPECT_EQ(hash_slot("a{b}c}"), hash_slot("b"));
    EXPECT_EQ(hash_slot("foo{}{bar}"), 8363);
    EXPECT_EQ(hash_slot("foo{{bar}}zap"), hash_slot("{bar"));
    EXPECT_EQ(hash_slot("foo{bar"), 15278);
}

TEST(SlotMap, KnowsTheMastersOfTheAnswer) {
    const auto map =
        SlotMap::read(read("*2\r\n"
                           "*4\r\n:0\r\n:9\r\n*3\r\n$9\r\n127.0.0.1\r\n:7000\r\n$2\r\nid\r\n"
                           "*3\r\n$9\r\n127.0.0.1\r\n:7003\r\n$2\r\nid\r\n"
                           "*3\r\n:11\r\n:16383\r\n*3\r\n$0\r\n\r\n:7001\r\n$2\r\nid\r\n"),
                      "asked.internal");
    ASSERT_TRUE(map);
    const HostPort first{"127.0.0.1", 7000};
    const HostPort second{"asked.internal", 7001};
    ASSERT_NE(map->master_of(0), nullptr);
    EXPECT_EQ(*map->master_of(0), first);
    EXPECT_EQ(*map->master_of(9), first);
    EXPECT_EQ(map->master_of(10), nullptr);
    EXPECT_EQ(*map->master_of(11), second);
    EXPECT_EQ(*map->master_of(16'383), second);
}

TEST(SlotMap, IsNotMadeOfWhatIsNoAnswer) {
    for (const char* resp : {"+OK\r\n", "*1\r\n:1\r\n", "*1\r\n*2\r\n:0\r\n:1\r\n",
                             "*1\r\n*3\r\n:5\r\n:4\r\n*2\r\n$1\r\na\r\n:7000\r\n",
                             "*1\r\n*3\r\n:0\r\n:16384\r\n*2\r\n$1\r\na\r\n:7000\r\n",
                             "*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$1\r\na\r\n:70000\r\n"}) {
        EXPECT_FALSE(SlotMap::read(read(resp), "a")) << resp;
    }
}

TEST(SlotMap, ASlotMovesWhereARedirectionSays) {
    auto map = SlotMap::read(read("*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$1\r\na\r\n:7000\r\n"), "a");
    ASSERT_TRUE(map);
    const auto moved = redirection_of(error("MOVED 3999 127.0.0.1:6381"), "a");
    ASSERT_TRUE(moved);
    EXPECT_FALSE(moved->once);
    map->move(*moved);
    EXPECT_EQ(*map->master_of(3'999), (HostPort{"127.0.0.1", 6381}));
    EXPECT_EQ(*map->master_of(4'000), (HostPort{"a", 7000}));
}

TEST(SlotMap, ReadsRedirections) {
    const auto ask = redirection_of(error("ASK 1 ::1:6381"), "a");
    ASSERT_TRUE(ask);
    EXPECT_TRUE(ask->once);
    EXPECT_EQ(ask->slot, 1);
    EXPECT_EQ(ask->address, (HostPort{"::1", 6381}));
    const auto same = redirection_of(error("MOVED 2 :6381"), "asked.internal");
    ASSERT_TRUE(same);
    EXPECT_EQ(same->address, (HostPort{"asked.internal", 6381}));
    for (const char* other : {"ERR MOVED 1 a:1", "MOVED", "MOVED x a:1", "MOVED 16384 a:1",
                              "MOVED 1 a", "MOVED 1 a:0", "MOVED 1 a:b"}) {
        EXPECT_FALSE(redirection_of(error(other), "a")) << other;
    }
    EXPECT_FALSE(redirection_of(read("$14\r\nMOVED 1 a:6379\r\n\r\n"), "a"));
}

}  // namespace
}  // namespace reverb
