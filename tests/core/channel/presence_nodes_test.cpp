// The members of a presence channel that other nodes have.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "channel/presence.h"
#include "support/unescaped.h"

namespace reverb {
namespace {

constexpr NodeId a{1};
constexpr NodeId b{2};

MemberPtr user(const std::string& id) {
    return std::make_shared<const Member>(Member{id, "\"" + id + "\"", "{}"});
}

std::set<std::string> ids(const std::vector<MemberPtr>& members) {
    std::set<std::string> all;
    for (const MemberPtr& member : members) {
        all.insert(member->id);
    }
    return all;
}

using Ids = std::set<std::string>;

TEST(PresenceOfNodes, AUserIsThereOnceHoweverManyNodesHaveIt) {
    Presence presence;
    EXPECT_TRUE(presence.join(a, user("anna")));
    EXPECT_FALSE(presence.join(a, user("anna"))) << "told twice";
    EXPECT_FALSE(presence.join(b, user("anna")));
    EXPECT_FALSE(presence.join(user("anna"))) << "here too";
    EXPECT_EQ(presence.users(), 1U);
    EXPECT_EQ(testing::unescaped(presence.list()),
              R"({"count":1,"ids":["anna"],"hash":{"anna":{}}})");
    EXPECT_FALSE(presence.leave(a, *user("anna")));
    EXPECT_FALSE(presence.leave(a, *user("anna"))) << "told twice";
    EXPECT_FALSE(presence.leave(*user("anna")));
    EXPECT_TRUE(presence.leave(b, *user("anna")));
    EXPECT_EQ(presence.users(), 0U);
}

TEST(PresenceOfNodes, OnesOwnConnectionsAreKnownFromTheOthers) {
    Presence presence;
    presence.join(a, user("anna"));
    presence.join(user("bert"));
    EXPECT_FALSE(presence.here("anna"));
    EXPECT_TRUE(presence.here("bert"));
    EXPECT_FALSE(presence.here("carl"));
    EXPECT_EQ(ids(presence.members()), (Ids{"anna", "bert"}));
    EXPECT_EQ(ids(presence.members_here()), Ids{"bert"});
    EXPECT_FALSE(presence.leave(*user("anna"))) << "it has no connection here to lose";
    EXPECT_EQ(presence.users(), 2U);
}

TEST(PresenceOfNodes, WhatIsReplacedIsToldAsWhoCameAndWhoWent) {
    Presence presence;
    presence.join(user("here"));
    presence.join(a, user("stays"));
    presence.join(a, user("goes"));
    presence.join(a, user("moves"));
    presence.join(b, user("here"));
    const auto changes =
        presence.replace({{a, user("stays")}, {b, user("moves")}, {b, user("comes")}});
    EXPECT_EQ(ids(changes.came), Ids{"comes"});
    EXPECT_EQ(ids(changes.gone), Ids{"goes"});
    EXPECT_EQ(ids(presence.members()), (Ids{"here", "stays", "moves", "comes"}));
    EXPECT_TRUE(presence.leave(*user("here"))) << "no other node has it any more";
    const auto all = presence.replace({});
    EXPECT_EQ(ids(all.gone), (Ids{"stays", "moves", "comes"}));
    EXPECT_EQ(presence.users(), 0U);
}

TEST(PresenceOfNodes, AgreesWithAModel) {
    std::mt19937 random(7);
    Presence presence;
    std::map<std::string, int> connections;
    std::map<std::string, std::set<std::uint64_t>> nodes;
    const auto there = [&](const std::string& id) {
        return connections[id] > 0 || !nodes[id].empty();
    };
    for (int step = 0; step < 20'000; ++step) {
        const std::string id = std::to_string(random() % 20);
        const NodeId node{1 + random() % 3};
        const bool before = there(id);
        switch (random() % 4) {
            case 0:
                ++connections[id];
                EXPECT_EQ(presence.join(user(id)), !before);
                break;
            case 1: {
                const bool had = connections[id] > 0;
                connections[id] -= had ? 1 : 0;
                EXPECT_EQ(presence.leave(*user(id)), had && !there(id));
                break;
            }
            case 2:
                nodes[id].insert(node.value);
                EXPECT_EQ(presence.join(node, user(id)), !before);
                break;
            default: {
                const bool had = nodes[id].erase(node.value) > 0;
                EXPECT_EQ(presence.leave(node, *user(id)), had && !there(id));
                break;
            }
        }
        EXPECT_EQ(presence.here(id), connections[id] > 0);
    }
    Ids expected;
    for (int id = 0; id < 20; ++id) {
        if (there(std::to_string(id))) {
            expected.insert(std::to_string(id));
        }
    }
    EXPECT_EQ(ids(presence.members()), expected);
}

}  // namespace
}  // namespace reverb
