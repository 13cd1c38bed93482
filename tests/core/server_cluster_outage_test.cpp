// What clients and publishers of real nodes notice of a real Redis that fails: nothing but that
// other nodes are not heard of, and that only until it is back.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "channel/channel_name.h"
#include "cluster/names.h"
#include "support/follower.h"
#include "support/test_cluster.h"

namespace reverb {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::ask_api;
using testing::enter;
using testing::eventually;
using testing::Follower;
using testing::TestCluster;
using testing::users_in;
using testing::WebSocketClient;

constexpr const char* room = "presence-room";
using Names = std::set<std::string>;

template <typename Action>
milliseconds time_of(const Action& action) {
    const auto began = steady_clock::now();
    action();
    return std::chrono::duration_cast<milliseconds>(steady_clock::now() - began);
}

std::string health(TestCluster& cluster, std::size_t node) {
    const auto reply = testing::http_get(cluster[node].port(), "/up");
    EXPECT_EQ(reply.status, 200);
    return reply.body;
}

// How long Redis stays frozen when everything has been tried: longer where somebody asks for it.
seconds frozen_time() {
    const char* wanted = std::getenv("REVERB_FROZEN_SECONDS");
    return seconds(wanted == nullptr ? 0 : std::atoi(wanted));
}

// One way to fail and back.
struct Outage {
    const char* name;
    std::function<void(TestCluster&)> begin;
    std::function<void(TestCluster&)> end;
    bool down;  // whether Redis cannot be used at all meanwhile
};

void cut_connections(TestCluster& cluster, std::string_view password = {}) {
    for (const char* type : {"pubsub", "normal"}) {
        testing::ask_redis(cluster.redis.port(), {"CLIENT", "KILL", "TYPE", type}, password);
    }
}

const std::vector<Outage>& outages() {
    const auto nothing = [](TestCluster&) {};
    const auto slows = std::make_shared<std::jthread>();
    static const std::vector<Outage> all{
        {"Frozen", [](TestCluster& cluster) { cluster.redis.freeze(); },
         [](TestCluster& cluster) {
             std::this_thread::sleep_for(frozen_time());
             cluster.redis.thaw();
         },
         true},
        {"Slow",
         [slows](TestCluster& cluster) {
             *slows = std::jthread([&cluster](const std::stop_token& stop) {
                 while (!stop.stop_requested()) {
                     cluster.redis.freeze();
                     std::this_thread::sleep_for(milliseconds(400));
                     cluster.redis.thaw();
                     std::this_thread::sleep_for(milliseconds(20));
                 }
             });
         },
         [slows](TestCluster&) { *slows = {}; }, false},
        {"KilledAndEmptied", [](TestCluster& cluster) { cluster.redis.kill(); },
         [](TestCluster& cluster) { cluster.redis.start(); }, true},
        {"AReplicaNow",
         [](TestCluster& cluster) {
             cluster.redis.ask({"REPLICAOF", "127.0.0.1", std::to_string(testing::free_port())});
         },
         [](TestCluster& cluster) {
             cluster.redis.ask({"REPLICAOF", "NO", "ONE"});
         },
         true},
        {"WithAnotherPassword",
         [](TestCluster& cluster) {
             cluster.redis.ask({"CONFIG", "SET", "requirepass", "secret"});
             cut_connections(cluster, "secret");
         },
         [](TestCluster& cluster) {
             testing::ask_redis(cluster.redis.port(), {"CONFIG", "SET", "requirepass", ""},
                                "secret");
         },
         true},
        {"OutOfMemory",
         [](TestCluster& cluster) {
             cluster.redis.ask({"CONFIG", "SET", "maxmemory", "1"});
         },
         [](TestCluster& cluster) {
             cluster.redis.ask({"CONFIG", "SET", "maxmemory", "0"});
         },
         false},
        {"ConnectionsCut", [](TestCluster& cluster) { cut_connections(cluster); }, nothing, false},
        {"Emptied", [](TestCluster& cluster) { cluster.redis.ask({"FLUSHALL"}); }, nothing, false},
    };
    return all;
}

// For whoever reads that one failed.
void PrintTo(const Outage& one, std::ostream* to) {
    *to << one.name;
}

class ClusterOutage : public ::testing::TestWithParam<Outage> {
  protected:
    // Publishes on both nodes until subscribers of the other one have heard of it; how long it
    // took.
    milliseconds until_events_flow(const Follower& zero, const Follower& one) {
        return time_of([&] {
            EXPECT_TRUE(eventually([&] {
                const std::string number = std::to_string(probes_++);
                (void)cluster_[0].publish("room", "0/" + number);
                (void)cluster_[1].publish("room", "1/" + number);
                std::this_thread::sleep_for(milliseconds(20));
                return heard(zero, "1/") && heard(one, "0/");
            }));
        });
    }
    void forget_probes() { first_probe_ = probes_; }

    // Each publishes to its own subscribers, who get all of it, at once.
    void expect_local_delivery(const Follower& zero, const Follower& one, const std::string& when) {
        constexpr int events = 50;
        for (int event = 0; event < events; ++event) {
            const std::string data = when + std::to_string(event);
            EXPECT_LT(time_of([&] {
                          EXPECT_EQ(cluster_[0].publish("local", "0" + data).status, 200);
                          EXPECT_EQ(cluster_[1].publish("local", "1" + data).status, 200);
                      }),
                      milliseconds(500));
        }
        const auto complete = [&](const Follower& follower, const std::string& data) {
            std::vector<std::string> wanted;
            for (int event = 0; event < events; ++event) {
                wanted.push_back(data + std::to_string(event));
            }
            const std::vector<std::string> all = follower.events();
            std::vector<std::string> got;
            std::copy_if(all.begin(), all.end(), std::back_inserter(got),
                         [&](const std::string& one) { return one.starts_with(data); });
            return got == wanted;
        };
        EXPECT_TRUE(eventually([&] { return complete(zero, "0" + when); }, seconds(2)));
        EXPECT_TRUE(eventually([&] { return complete(one, "1" + when); }, seconds(2)));
    }

    TestCluster cluster_;

  private:
    [[nodiscard]] bool heard(const Follower& follower, const std::string& from) const {
        for (unsigned probe = first_probe_; probe < probes_; ++probe) {
            if (follower.got(from + std::to_string(probe))) {
                return true;
            }
        }
        return false;
    }

    unsigned probes_ = 0;
    unsigned first_probe_ = 0;
};

TEST_P(ClusterOutage, IsSurvived) {
    const Follower zero(cluster_[0].port(), "room");
    const Follower one(cluster_[1].port(), "room");
    const Follower local_zero(cluster_[0].port(), "local");
    const Follower local_one(cluster_[1].port(), "local");
    const Follower anna(cluster_[0].port(), room, "anna");
    const Follower bert(cluster_[1].port(), room, "bert");
    // Who goes during the outage: beside others, as the last of its node, to the other node.
    auto leaver = cluster_[0].connect();
    auto mover = cluster_[0].connect();
    (void)enter(*leaver, room, "leaver");
    (void)enter(*mover, room, "mover");
    const Follower side(cluster_[1].port(), "presence-side", "watcher");
    auto last = cluster_[0].connect();
    (void)enter(*last, "presence-side", "last");
    ASSERT_TRUE(eventually([&] { return side.members() == Names{"watcher", "last"}; }));
    ASSERT_TRUE(eventually([&] { return bert.members().size() == 4; }));
    (void)until_events_flow(zero, one);

    GetParam().begin(cluster_);
    expect_local_delivery(local_zero, local_one, "at once ");
    // At first nobody knows that Redis is frozen: subscribers wait for at most a second.
    WebSocketClient early(cluster_[0].port());
    early.greeted();
    EXPECT_LT(time_of([&] { (void)enter(early, room, "early"); }), milliseconds(2'000));
    if (GetParam().down) {
        EXPECT_TRUE(eventually([&] {
            return health(cluster_, 0) == R"({"health":"OK","redis":"down"})" &&
                   health(cluster_, 1) == R"({"health":"OK","redis":"down"})";
        }));
        EXPECT_NE(cluster_[0]->stats().cluster->why, "");
    }
    leaver.reset();
    mover.reset();
    last.reset();
    EXPECT_TRUE(eventually([&] {
        const Names there = anna.members();
        return !there.contains("leaver") && !there.contains("mover");
    })) << "those of its own node a node knows also without Redis";
    auto newcomer = cluster_[1].connect();
    auto moved = cluster_[1].connect();
    if (GetParam().down) {
        Names list;
        EXPECT_LT(time_of([&] { list = users_in(enter(*newcomer, room, "newcomer")); }),
                  milliseconds(500))
            << "that Redis is down is known: nobody waits";
        EXPECT_TRUE(list.contains("bert"));
        EXPECT_GT(cluster_[0]->stats().cluster->subscriptions_degraded +
                      cluster_[1]->stats().cluster->subscriptions_degraded,
                  0U);
    } else {
        (void)enter(*newcomer, room, "newcomer");
    }
    (void)enter(*moved, room, "mover");
    expect_local_delivery(local_zero, local_one, "during it ");
    // A subscriber of a channel that is new to the node.
    const Follower fresh(cluster_[1].port(), "fresh");

    GetParam().end(cluster_);
    forget_probes();
    const milliseconds took = until_events_flow(zero, one);
    EXPECT_LT(took, seconds(6));
    RecordProperty("ms_until_events_flow", static_cast<int>(took.count()));
    EXPECT_TRUE(eventually([&] {
        (void)cluster_[0].publish("fresh", "for the new one");
        std::this_thread::sleep_for(milliseconds(20));
        return fresh.got("for the new one");
    }));
    const Names present{"anna", "bert", "early", "newcomer", "mover"};
    EXPECT_TRUE(eventually([&] { return anna.members() == present && bert.members() == present; },
                           seconds(20)));
    EXPECT_EQ(anna.members(), present);
    EXPECT_EQ(bert.members(), present);
    for (std::size_t node = 0; node < 2; ++node) {
        EXPECT_EQ(users_in(ask_api(cluster_[node], "/channels/presence-room/users").body), present);
        EXPECT_EQ(health(cluster_, node), R"({"health":"OK","redis":"up"})");
        if (GetParam().down) {
            EXPECT_GT(cluster_[node]->stats().cluster->reconnects, 0U);
        }
    }
    EXPECT_TRUE(eventually([&] { return side.members() == Names{"watcher"}; }, seconds(20)))
        << "who was the last of its node and went meanwhile is gone for the other nodes";
    expect_local_delivery(local_zero, local_one, "afterwards ");
    // Who was there all the time never went, not even where Redis has lost everything.
    EXPECT_EQ(anna.moves("bert").second, 0U);
    EXPECT_EQ(bert.moves("anna").second, 0U);
    for (const Follower* follower :
         {&zero, &one, &local_zero, &local_one, &anna, &bert, &side, &fresh}) {
        EXPECT_EQ(follower->faults(), std::vector<std::string>{});
    }
}

INSTANTIATE_TEST_SUITE_P(Redis, ClusterOutage, ::testing::ValuesIn(outages()),
                         [](const auto& info) { return std::string(info.param.name); });

// How many scripts Redis has run.
std::uint64_t scripts_of(const testing::RedisServer& redis) {
    const std::string all = redis.ask({"INFO", "commandstats"}).text;
    std::uint64_t scripts = 0;
    for (const std::string_view name : {"cmdstat_eval:calls=", "cmdstat_evalsha:calls="}) {
        if (const std::size_t at = all.find(name); at != std::string::npos) {
            scripts += std::stoull(all.substr(at + name.size()));
        }
    }
    return scripts;
}

TEST(ClusterAbsence, RedisIsToldOfWhoHasGoneAndNotOfWhoOnlyPassedBy) {
    TestCluster cluster;
    const Follower watcher(cluster[1].port(), room, "watcher");
    const auto guest = cluster[0].connect();
    (void)enter(*guest, room, "guest");
    ASSERT_TRUE(eventually([&] { return watcher.members() == Names{"watcher", "guest"}; }));
    cluster.redis.freeze();
    for (std::size_t node = 0; node < 2; ++node) {
        ASSERT_TRUE(eventually([&] { return !cluster[node]->stats().cluster->up; }));
    }
    const auto leave = [&](const std::string& channel) {
        guest->send(R"({"event":"pusher:unsubscribe","data":{"channel":")" + channel + R"("}})");
    };
    // Of this one Redis knows from before.
    leave(room);
    (void)enter(*guest, room, "guest");
    leave(room);
    constexpr unsigned passed = 200;
    for (unsigned number = 0; number < passed; ++number) {
        const std::string channel = "presence-" + std::to_string(number);
        (void)enter(*guest, channel, "guest");
        leave(channel);
    }
    cluster.redis.thaw();
    const std::uint64_t before = scripts_of(cluster.redis);
    EXPECT_TRUE(eventually([&] { return watcher.members() == Names{"watcher"}; }));
    std::this_thread::sleep_for(milliseconds(2'500));
    EXPECT_LT(scripts_of(cluster.redis) - before, passed / 2);
}

TEST(ClusterQueue, IsBoundedWhileRedisIsDownAndWhatIsLeftOutIsCounted) {
    TestCluster cluster;
    const Follower follower(cluster[1].port(), "room");
    cluster.redis.kill();
    ASSERT_TRUE(eventually([&] { return !cluster[0]->stats().cluster->up; }));
    constexpr int events = 3'000;
    constexpr std::size_t limit = 8U << 20U;
    const std::string large(9'000, 'x');
    for (int event = 0; event < events; ++event) {
        ASSERT_EQ(cluster[0].publish("room", large).status, 200);
    }
    ASSERT_TRUE(eventually([&] { return cluster[0]->stats().cluster->dropped >= 2'000; }));
    EXPECT_LE(cluster[0]->stats().cluster->queued_bytes, limit);
    for (int event = 0; event < events; ++event) {
        ASSERT_EQ(cluster[0].publish("room", std::to_string(event)).status, 200);
    }
    ASSERT_TRUE(eventually([&] { return cluster[0]->stats().cluster->dropped == 5'000; }));
    cluster.redis.start();
    // The latest are sent when it is back, to those who are there by then.
    ASSERT_TRUE(eventually([&] { return cluster[0]->stats().cluster->up; }));
    EXPECT_TRUE(eventually([&] { return cluster[0]->stats().cluster->published >= 1'000; }));
    EXPECT_EQ(cluster[0]->stats().cluster->unconfirmed, 0U);
}

TEST(ClusterQueue, IsBoundedWhileRedisTakesNothing) {
    TestCluster cluster;
    const Follower local(cluster[0].port(), "other");
    cluster.redis.freeze();
    const std::string large(9'000, 'x');
    constexpr std::uint64_t limit = 8U << 20U;
    std::uint64_t most = 0;
    for (int event = 0; event < 3'000; ++event) {
        ASSERT_EQ(cluster[0].publish("room", large).status, 200);
        most = std::max(most, cluster[0]->stats().cluster->queued_bytes);
    }
    // One that is just being moved from a queue to the other.
    EXPECT_LE(most, limit + 2 * large.size());
    ASSERT_EQ(cluster[0].publish("other", "is heard").status, 200);
    EXPECT_TRUE(eventually([&] { return local.got("is heard"); }, seconds(2)));
    ASSERT_TRUE(eventually([&] { return !cluster[0]->stats().cluster->up; }));
    EXPECT_GT(cluster[0]->stats().cluster->unconfirmed, 0U);
    EXPECT_GT(cluster[0]->stats().cluster->dropped, 0U);
    cluster.redis.thaw();
    EXPECT_TRUE(eventually([&] { return cluster[0]->stats().cluster->up; }, seconds(6)));
}

TEST(ClusterMemory, MembersThatRedisHasNoRoomForAreCountedAndToldLater) {
    TestCluster cluster;
    const Follower anna(cluster[0].port(), room, "anna");
    cluster.redis.ask({"CONFIG", "SET", "maxmemory", "1"});
    const auto bert = cluster[1].connect();
    (void)enter(*bert, room, "bert");
    EXPECT_TRUE(eventually([&] { return cluster[1]->stats().cluster->subscriptions_degraded > 0; }))
        << "bert was let in, and node 0 does not know";
    EXPECT_EQ(anna.members(), Names{"anna"});
    cluster.redis.ask({"CONFIG", "SET", "maxmemory", "0"});
    const Names both{"anna", "bert"};
    EXPECT_TRUE(eventually([&] { return anna.members() == both; }, seconds(5)));
}

TEST(ClusterMemory, AnEventThatRedisHasNoRoomForIsSavedLaterForAsLongAsItHasLeft) {
    TestCluster cluster;
    const std::string name =
        ClusterNames("", "reverb").cache(channel_key(cluster[0].application().id, "cache-room"));
    const auto kept = [&] { return cluster.redis.ask({"GET", name}).text; };
    cluster.redis.ask({"CONFIG", "SET", "maxmemory", "1"});
    ASSERT_EQ(cluster[0].publish("cache-room", "lonely").status, 200);
    std::this_thread::sleep_for(seconds(2));
    EXPECT_EQ(kept(), "");
    cluster.redis.ask({"CONFIG", "SET", "maxmemory", "0"});
    ASSERT_TRUE(eventually([&] { return kept().find("lonely") != std::string::npos; }));
    const milliseconds whole = ServerConfig{}.cache_ttl;
    EXPECT_LE(cluster.redis.ask({"PTTL", name}).integer, (whole - seconds(2)).count());
}

TEST(ClusterMemory, AnEventThatRedisHasNoRoomForIsNotLostToTheOneThatRedisHas) {
    TestCluster cluster;
    const std::string name =
        ClusterNames("", "reverb").cache(channel_key(cluster[0].application().id, "cache-room"));
    ASSERT_EQ(cluster[0].publish("cache-room", "earlier").status, 200);
    ASSERT_TRUE(eventually([&] { return !cluster.redis.ask({"GET", name}).text.empty(); }));
    cluster.redis.ask({"CONFIG", "SET", "maxmemory", "1"});
    // Which one is later is told by the milliseconds that they have left.
    std::this_thread::sleep_for(milliseconds(50));
    ASSERT_EQ(cluster[0].publish("cache-room", "later").status, 200);
    ASSERT_TRUE(eventually([&] { return cluster[0]->stats().cluster->errors > 0; }));
    // Redis is asked for what the channel holds, and has the earlier one.
    const auto client = cluster[0].connect();
    client->subscribe("cache-room");
    EXPECT_EQ(client->event().data, "later");
    cluster.redis.ask({"CONFIG", "SET", "maxmemory", "0"});
    EXPECT_TRUE(eventually([&] {
        return cluster.redis.ask({"GET", name}).text.find("later") != std::string::npos;
    }));
}

TEST(ClusterMemory, AnEventThatIsSavedLaterDoesNotReplaceALaterOne) {
    TestCluster cluster;
    const std::string name =
        ClusterNames("", "reverb").cache(channel_key(cluster[0].application().id, "cache-room"));
    cluster.redis.ask({"CONFIG", "SET", "maxmemory", "1"});
    ASSERT_EQ(cluster[0].publish("cache-room", "earlier").status, 200);
    ASSERT_TRUE(eventually([&] { return cluster[0]->stats().cluster->errors > 0; }));
    cluster.redis.ask({"CONFIG", "SET", "maxmemory", "0"});
    std::this_thread::sleep_for(milliseconds(50));
    ASSERT_EQ(cluster[1].publish("cache-room", "later").status, 200);
    // Node 0 tries again each second.
    std::this_thread::sleep_for(milliseconds(2'500));
    EXPECT_NE(cluster.redis.ask({"GET", name}).text.find("later"), std::string::npos);
}

TEST(ClusterStop, TakesNoLongerThanItsPatienceWhileRedisIsFrozen) {
    TestCluster cluster;
    const auto client = cluster[0].connect();
    (void)enter(*client, room, "anna");
    cluster.redis.freeze();
    ASSERT_EQ(cluster[0].publish("room", "x").status, 200);
    // A second for the goodbye, the rest for a busy machine.
    EXPECT_LT(time_of([&] { cluster.remove(0); }), milliseconds(3'000));
    // When that is known it says none.
    ASSERT_TRUE(eventually([&] { return !cluster[0]->stats().cluster->up; }));
    EXPECT_LT(time_of([&] { cluster.remove(0); }), milliseconds(2'000));
}

TEST(ClusterStop, IsPossibleAtAnyTimeOfAConnectionThatIsNotMade) {
    // Frozen it answers nobody, and its kernel takes the first few connections only.
    TestCluster cluster(0, {"--tcp-backlog", "1"});
    cluster.redis.freeze();
    for (int round = 0; round < 30; ++round) {
        if (round == 20) {
            cluster.redis.kill();
        }
        const auto& node = cluster.add(
            [](ServerConfig& config) { config.scaling.redis.connect_timeout = milliseconds(20); });
        const auto client = node.connect();
        client->send(R"({"event":"pusher:subscribe","data":{"channel":"room"}})");
        ASSERT_EQ(node.publish("room", "x").status, 200);
        std::this_thread::sleep_for(milliseconds(round * 3));
        ASSERT_LT(time_of([&] { cluster.remove(0); }), milliseconds(1'500));
    }
}

}  // namespace
}  // namespace reverb
