#include "channel/channel_name.h"

#include <gtest/gtest.h>

#include <string>

namespace reverb {
namespace {

TEST(ChannelKind, IsSaidByThePrefixWithItsDash) {
    struct Row {
        const char* name;
        bool restricted;
        bool presence;
        bool cache;
    };
    const Row rows[] = {
        {"chat", false, false, false},
        {"private-chat", true, false, false},
        {"presence-chat", true, true, false},
        {"cache-chat", false, false, true},
        {"private-cache-chat", true, false, true},
        {"presence-cache-chat", true, true, true},
        {"private-encrypted-chat", true, false, false},
        {"private-encrypted-cache-chat", true, false, true},
        // Without the dash, or elsewhere, it is part of a public channel's name.
        {"private", false, false, false},
        {"privatechat", false, false, false},
        {"presence", false, false, false},
        {"presences-chat", false, false, false},
        {"cache", false, false, false},
        {"cached-chat", false, false, false},
        {"my-private-chat", false, false, false},
        {"PRIVATE-chat", false, false, false},
        {"private-cachechat", true, false, false},
        {"private-presence-chat", true, false, false},
        {"presence-encrypted-cache-chat", true, true, false},
        {"cache-private-chat", false, false, true},
        {"#private-chat", false, false, false},
        {"", false, false, false},
    };
    for (const Row& row : rows) {
        const ChannelKind kind = channel_kind(row.name);
        EXPECT_EQ(kind.restricted, row.restricted) << row.name;
        EXPECT_EQ(kind.presence, row.presence) << row.name;
        EXPECT_EQ(kind.cache, row.cache) << row.name;
    }
}

TEST(ChannelName, HasTheCharactersThatPusherAllows) {
    for (const char* name : {"a", "Z9", "orders.1", "private-user@example.com", "a_b-c=d@e,f.g;h",
                             "#server-to-user-7", "presence-App.Models.User.1"}) {
        EXPECT_TRUE(valid_channel_name(name)) << name;
    }
    for (const char* name : {"", "#", "##a", "a#", "a b", "a/b", "a:b", "a\tb", "a\"b",
                             "caf\xc3\xa9", "a\n", "a*", "a|b", "a%20b", "\\"}) {
        EXPECT_FALSE(valid_channel_name(name)) << name;
    }
    EXPECT_FALSE(valid_channel_name(std::string("a\0b", 3)));
    EXPECT_FALSE(valid_channel_name("\xff"));
}

TEST(ChannelName, IsAtMost200CharactersLong) {
    EXPECT_TRUE(valid_channel_name(std::string(200, 'a')));
    EXPECT_FALSE(valid_channel_name(std::string(201, 'a')));
    EXPECT_TRUE(valid_channel_name("#" + std::string(199, 'a')));
    EXPECT_FALSE(valid_channel_name("#" + std::string(200, 'a')));
}

TEST(ChannelName, OfAUsersOwnChannelIsReserved) {
    EXPECT_TRUE(reserved_channel_name("#server-to-user-7"));
    EXPECT_TRUE(reserved_channel_name("#server-to-user-"));
    EXPECT_FALSE(reserved_channel_name("server-to-user-7"));
    EXPECT_FALSE(reserved_channel_name("#server-to-users"));
    EXPECT_FALSE(reserved_channel_name("#other"));
}

TEST(ChannelKey, KeepsApplicationsApart) {
    EXPECT_EQ(channel_of_key(channel_key("1", "chat")), "chat");
    EXPECT_NE(channel_key("1", "chat"), channel_key("2", "chat"));
    EXPECT_NE(channel_key("1", "1chat"), channel_key("11", "chat"));
    EXPECT_NE(channel_key("a-b", "c"), channel_key("a", "b-c"));
}

}  // namespace
}  // namespace reverb
