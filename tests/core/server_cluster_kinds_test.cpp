// Real nodes over the kinds of Redis that have several servers: three masters, and a master whose
// place another takes.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "channel/channel_name.h"
#include "cluster/names.h"
#include "cluster/slot_map.h"
#include "support/follower.h"
#include "support/redis_cluster.h"
#include "support/redis_sentinel.h"
#include "support/test_cluster.h"

namespace reverb {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ask_api;
using testing::enter;
using testing::eventually;
using testing::Follower;
using testing::RedisClusterServers;
using testing::RedisSentinelServer;
using testing::RedisServer;
using testing::TestServer;
using testing::users_in;

using Names = std::set<std::string>;

// Two nodes of that Redis.
struct Nodes {
    explicit Nodes(const RedisConfig& redis) {
        for (std::unique_ptr<TestServer>& node : nodes) {
            node = std::make_unique<TestServer>([&](ServerConfig& config) {
                config.scaling.enabled = true;
                config.scaling.redis = redis;
            });
        }
        for (const std::unique_ptr<TestServer>& node : nodes) {
            EXPECT_TRUE(eventually([&] { return (*node)->stats().cluster->up; }))
                << (*node)->stats().cluster->why;
        }
    }
    [[nodiscard]] TestServer& operator[](std::size_t node) const { return *nodes.at(node); }

    std::array<std::unique_ptr<TestServer>, 2> nodes;
};

// Presence channels with a follower on each node, and a channel beside each, in buckets all over.
struct Rooms {
    Rooms(const Nodes& nodes, std::size_t count) : nodes(nodes) {
        for (std::size_t room = 0; room < count; ++room) {
            const std::string number = std::to_string(room);
            for (std::size_t node = 0; node < 2; ++node) {
                present.push_back(std::make_unique<Follower>(
                    nodes[node].port(), "presence-" + number, "user-" + std::to_string(node)));
                plain.push_back(std::make_unique<Follower>(nodes[node].port(), "room-" + number));
            }
        }
    }

    // Whether an event of each node has reached the other's subscribers, in every room.
    [[nodiscard]] bool events_flow() {
        const std::string number = std::to_string(round++);
        for (std::size_t room = 0; room < plain.size() / 2; ++room) {
            for (std::size_t node = 0; node < 2; ++node) {
                EXPECT_EQ(nodes[node].publish("room-" + std::to_string(room), number).status, 200);
            }
        }
        return eventually(
            [&] {
                return std::all_of(plain.begin(), plain.end(), [&](const auto& follower) {
                    const auto events = follower->events();
                    return std::count(events.begin(), events.end(), number) == 2;
                });
            },
            milliseconds(500));
    }
    [[nodiscard]] bool agree(const Names& users) const {
        return std::all_of(present.begin(), present.end(),
                           [&](const auto& follower) { return follower->members() == users; });
    }
    void expect_nobody_went() const {
        for (const auto& follower : present) {
            EXPECT_EQ(follower->moves("user-0").second + follower->moves("user-1").second, 0U);
        }
    }
    void expect_no_faults() const {
        for (const auto* followers : {&present, &plain}) {
            for (const auto& follower : *followers) {
                EXPECT_EQ(follower->faults(), std::vector<std::string>{});
            }
        }
    }

    const Nodes& nodes;
    std::vector<std::unique_ptr<Follower>> present;
    std::vector<std::unique_ptr<Follower>> plain;
    unsigned round = 0;
};

const Names both{"user-0", "user-1"};

// The first channel that fits, of those named so and numbered.
template <typename Fits>
std::string search(const std::string& prefix, const Fits& fits) {
    for (unsigned number = 0;; ++number) {
        if (std::string name = prefix + std::to_string(number); fits(name)) {
            return name;
        }
    }
}

std::string bucket_of(const Nodes& nodes, const std::string& channel) {
    return ClusterNames("", "reverb").bucket(channel_key(nodes[0].application().id, channel));
}

TEST(ClusterOfMasters, ASubscriptionWaitsForABucketWhoseSlotHasMoved) {
    const RedisClusterServers redis;
    const Nodes nodes(redis.config());
    const std::string bucket = bucket_of(nodes, "room");
    const std::string beside = search(
        "beside-", [&](const std::string& name) { return bucket_of(nodes, name) == bucket; });
    const Follower first(nodes[0].port(), "room");
    const auto client = nodes[0].connect();

    const std::size_t from = RedisClusterServers::index_of(bucket);
    const std::size_t to = (from + 1) % 3;
    const std::string slot = std::to_string(hash_slot(bucket));
    const std::string owner = redis.id(to);
    redis.server(to).ask({"CLUSTER", "SETSLOT", slot, "NODE", owner});
    // Until then the new master does not confirm the subscription.
    redis.server(to).freeze();
    redis.server(from).ask({"CLUSTER", "SETSLOT", slot, "NODE", owner});
    std::this_thread::sleep_for(milliseconds(400));
    client->send(R"({"event":"pusher:subscribe","data":{"channel":")" + beside + R"("}})");
    EXPECT_FALSE(client->tcp().readable(milliseconds(300)))
        << "nobody sends what is published to this channel";
    redis.server(to).thaw();
    EXPECT_EQ(client->event().name, "pusher_internal:subscription_succeeded");
    EXPECT_EQ(nodes[1].publish(beside, "heard").status, 200);
    EXPECT_EQ(client->event().data, "heard");
}

TEST(ClusterOfMasters, ACacheChannelWhoseSlotMovesKeepsTheLastEvent) {
    const RedisClusterServers redis;
    const Nodes nodes(redis.config());
    const auto move = [&](const std::string& channel) {
        const std::string bucket = bucket_of(nodes, channel);
        const std::size_t from = RedisClusterServers::index_of(bucket);
        redis.move(bucket, from, (from + 1) % 3);
    };
    move("room");
    // The node has just asked who has which slot, and does not ask again for some 50 ms: until then
    // the earlier event waits, and the later one is lost.
    EXPECT_EQ(nodes[0].publish("room", "x").status, 200);
    std::this_thread::sleep_for(milliseconds(10));
    move("cache-room");
    EXPECT_EQ(nodes[0].publish("cache-room", "earlier").status, 200);
    std::this_thread::sleep_for(milliseconds(10));
    EXPECT_EQ(nodes[0].publish("cache-room", "later").status, 200);
    const auto kept = [&] {
        const std::string name =
            ClusterNames("", "reverb").cache(channel_key(nodes[0].application().id, "cache-room"));
        const std::size_t at =
            (RedisClusterServers::index_of(bucket_of(nodes, "cache-room")) + 1) % 3;
        return redis.server(at).ask({"GET", name}).text;
    };
    EXPECT_TRUE(eventually([&] { return kept().find("later") != std::string::npos; }, seconds(5)))
        << kept();
}

// Its own master was there all the time, and so was the subscription.
TEST(ClusterOfMasters, ABucketThatWasRefusedIsServedAgain) {
    const RedisClusterServers redis;
    const Nodes nodes(redis.config());
    const std::string room = search("room-", [&](const std::string& name) {
        return RedisClusterServers::index_of(bucket_of(nodes, name)) == 0;
    });
    const std::string present = search("presence-", [&](const std::string& name) {
        return bucket_of(nodes, name) == bucket_of(nodes, room);
    });
    const Follower zero(nodes[0].port(), room);
    const Follower one(nodes[1].port(), room);
    for (std::size_t index = 0; index < 2; ++index) {
        // Else it is pub/sub alone that goes on.
        redis.server(index).ask({"CONFIG", "SET", "cluster-allow-pubsubshard-when-down", "no"});
    }

    redis.server(2).kill();
    ASSERT_TRUE(eventually([&] {
        (void)nodes[0].publish(room, "refused");
        (void)nodes[1].publish(room, "refused");
        const auto refused = [](const TestServer& node) {
            return node->stats().cluster->why.find("CLUSTERDOWN") != std::string::npos;
        };
        return refused(nodes[0]) && refused(nodes[1]);
    }));
    redis.server(2).start();
    for (std::size_t node = 0; node < 2; ++node) {
        ASSERT_TRUE(eventually([&] { return nodes[node]->stats().cluster->up; }))
            << nodes[node]->stats().cluster->why;
    }
    const auto degraded = [&] {
        return nodes[0]->stats().cluster->subscriptions_degraded +
               nodes[1]->stats().cluster->subscriptions_degraded;
    };
    const auto before = degraded();
    const Follower anna(nodes[0].port(), present, "anna");
    const Follower bert(nodes[1].port(), present, "bert");
    const Names there{"anna", "bert"};
    EXPECT_TRUE(
        eventually([&] { return anna.members() == there && bert.members() == there; }, seconds(5)));
    EXPECT_EQ(degraded(), before);
}

TEST(ClusterOfMasters, EventsPresenceAndQueriesAreOfAllNodes) {
    const RedisClusterServers redis;
    const Nodes nodes(redis.config());
    constexpr std::size_t count = 12;
    Rooms rooms(nodes, count);
    EXPECT_TRUE(rooms.events_flow());
    EXPECT_TRUE(eventually([&] { return rooms.agree(both); }, seconds(5)));
    for (std::size_t node = 0; node < 2; ++node) {
        EXPECT_EQ(ask_api(nodes[node], "/connections").body,
                  "{\"connections\":" + std::to_string(4 * count) + "}");
        for (std::size_t room = 0; room < count; ++room) {
            EXPECT_EQ(users_in(ask_api(nodes[node],
                                       "/channels/presence-" + std::to_string(room) + "/users")
                                   .body),
                      both);
        }
        EXPECT_EQ(nodes[node]->stats().cluster->errors, 0U);
    }
    auto guest = nodes[0].connect();
    EXPECT_EQ(users_in(enter(*guest, "presence-3", "guest")), (Names{"user-0", "user-1", "guest"}));
    ASSERT_TRUE(eventually([&] { return rooms.present[7]->members().contains("guest"); }));
    guest.reset();
    ASSERT_TRUE(eventually([&] { return rooms.present[7]->members() == both; }));
    rooms.expect_no_faults();
}

TEST(ClusterOfMasters, OneThatDiesAndComesBackEmptyIsFilledAgain) {
    const RedisClusterServers redis;
    const Nodes nodes(redis.config());
    Rooms rooms(nodes, 12);
    ASSERT_TRUE(eventually([&] { return rooms.agree(both); }));
    redis.server(1).kill();
    ASSERT_TRUE(eventually([&] { return !nodes[0]->stats().cluster->up; }));
    EXPECT_EQ(nodes[0].publish("room-1", "x").status, 200);
    redis.server(1).start();
    EXPECT_TRUE(eventually([&] { return rooms.events_flow(); }, seconds(15)));
    EXPECT_TRUE(rooms.agree(both));
    rooms.expect_nobody_went();
    rooms.expect_no_faults();
}

// A Sentinel that makes it one ends all its connections, which may be in the middle of the answer.
bool is_master(const RedisServer& redis) {
    try {
        return redis.ask({"ROLE"}).elements.at(0).text == "master";
    } catch (const std::runtime_error&) {
        return false;
    }
}

TEST(ClusterWithSentinel, AFailoverIsNoticedByNobodyForLong) {
    RedisServer master;
    const RedisServer replica({"--replicaof", "127.0.0.1 " + std::to_string(master.port())});
    const RedisSentinelServer sentinel(master);
    ASSERT_TRUE(eventually([&] { return sentinel.replicas() == 1; }));
    const Nodes nodes(sentinel.config());
    Rooms rooms(nodes, 3);
    ASSERT_TRUE(eventually([&] { return rooms.agree(both); }));
    EXPECT_TRUE(rooms.events_flow());
    master.kill();
    ASSERT_TRUE(eventually([&] { return !nodes[0]->stats().cluster->up; }));
    ASSERT_TRUE(eventually([&] { return is_master(replica); }));
    EXPECT_TRUE(eventually([&] { return rooms.events_flow(); }, seconds(8)));
    EXPECT_TRUE(eventually([&] { return rooms.agree(both); }, seconds(15)));
    rooms.expect_nobody_went();
    rooms.expect_no_faults();
}

}  // namespace
}  // namespace reverb
