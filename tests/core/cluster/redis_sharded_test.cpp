// A Redis Cluster of real servers, whose slots move and whose masters die.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "cluster/slot_map.h"
#include "support/eventually.h"
#include "support/redis_client.h"
#include "support/redis_cluster.h"

namespace reverb {
namespace {

using std::chrono::milliseconds;
using testing::eventually;
using testing::RedisClient;
using testing::RedisClusterServers;
using testing::RedisServer;

// Publishes a number a millisecond, in order, until it goes.
class Numbers {
  public:
    Numbers(RedisClient& client, std::string channel)
        : client_(client),
          channel_(std::move(channel)),
          timer_(client.loop.every(milliseconds(1), [this] {
              client_.redis->publish(
                  channel_, std::to_string(sent++),
                  [this](const RedisReply& reply) { ++(reply.failed() ? lost : confirmed); });
          })) {}
    ~Numbers() { stop(); }
    Numbers(const Numbers&) = delete;
    Numbers& operator=(const Numbers&) = delete;

    void stop() { client_.loop.cancel(timer_); }
    // Whether what came of them is in order, each at most once.
    [[nodiscard]] bool in_order() const {
        int last = -1;
        for (const auto& [channel, message] : client_.messages) {
            if (channel == channel_) {
                const int number = std::stoi(message);
                if (number <= last) {
                    return false;
                }
                last = number;
            }
        }
        return true;
    }

    int sent = 0;
    int confirmed = 0;
    int lost = 0;

  private:
    RedisClient& client_;
    std::string channel_;
    std::uint64_t timer_;
};

TEST(RedisSharded, SpreadsChannelsAndKeysOverTheMasters) {
    const RedisClusterServers cluster;
    RedisClient client(cluster.config());
    EXPECT_TRUE(client.redis->sharded());
    std::set<std::size_t> masters;
    std::vector<std::string> channels;
    for (int i = 0; i < 50; ++i) {
        channels.push_back("channel " + std::to_string(i));
        masters.insert(RedisClusterServers::index_of(channels.back()));
        client.redis->subscribe(channels.back());
    }
    ASSERT_EQ(masters.size(), 3U);
    ASSERT_TRUE(client.start()) << client.last_down();
    EXPECT_EQ(client.subscriptions.size(), 50U) << "it was up before";
    for (const std::string& channel : channels) {
        client.redis->publish(channel, "to " + channel);
        EXPECT_TRUE(client.redis->up(channel));
    }
    ASSERT_TRUE(client.until([&] { return client.messages.size() == 50; }));
    for (const auto& [channel, message] : client.messages) {
        EXPECT_EQ(message, "to " + channel);
    }
    const RedisScript append("return redis.call('APPEND', KEYS[1], ARGV[1])");
    for (int i = 0; i < 30; ++i) {
        const std::string key = "key " + std::to_string(i);
        EXPECT_EQ(client.command(key, {"SET", key, "value"}).text, "OK");
        EXPECT_EQ(client.script(append, {key}, {"s"}).integer, 6);
    }
    EXPECT_EQ(client.command("", {"PING"}).text, "PONG");
    EXPECT_TRUE(client.command("a", {"GET", "b"}).is_error("MOVED"))
        << "the key was not the word's";
    client.redis->unsubscribe(channels[0]);
    ASSERT_TRUE(client.until([&] {
        return cluster.server(RedisClusterServers::index_of(channels[0]))
                   .ask({"PUBSUB", "SHARDNUMSUB", channels[0]})
                   .elements.at(1)
                   .integer == 0;
    }));
    EXPECT_TRUE(client.downs.empty()) << client.last_down();
    ASSERT_TRUE(client.stop());
}

TEST(RedisSharded, FollowsSlotsThatMove) {
    const RedisClusterServers cluster;
    RedisClient client(cluster.config());
    const std::string moved = RedisClusterServers::key_of(0, "channel ");
    const std::string stays = RedisClusterServers::key_of(1, "channel ");
    client.redis->subscribe(moved);
    client.redis->subscribe(stays);
    ASSERT_TRUE(client.start()) << client.last_down();
    Numbers numbers(client, moved);
    Numbers others(client, stays);
    // There, and back, and there again.
    std::size_t confirmed = 2;
    for (const std::size_t to : {2U, 0U, 2U}) {
        client.run_for(milliseconds(100));
        cluster.move(moved, 2 - to, to);
        ++confirmed;
        ASSERT_TRUE(client.until([&] { return client.subscriptions.size() == confirmed; }));
        EXPECT_EQ(client.subscriptions.back(), moved);
        EXPECT_GE(client.ended.size(), confirmed - 2);
        EXPECT_EQ(client.ended.back(), moved);
        const std::size_t heard = client.messages.size();
        ASSERT_TRUE(client.until([&] { return client.messages.size() > heard + 50; }));
    }
    numbers.stop();
    others.stop();
    ASSERT_TRUE(client.until([&] {
        return numbers.confirmed + numbers.lost == numbers.sent &&
               others.confirmed + others.lost == others.sent;
    }));
    EXPECT_EQ(numbers.lost, 0);
    EXPECT_EQ(others.lost, 0);
    EXPECT_TRUE(numbers.in_order());
    EXPECT_TRUE(others.in_order());
    EXPECT_EQ(client.counters.dropped, 0U);
    EXPECT_EQ(client.counters.unconfirmed, 0U);
    EXPECT_EQ(client.counters.errors, 0U);
    EXPECT_TRUE(client.downs.empty()) << client.last_down();
    // A key's slot as well.
    const std::string key = RedisClusterServers::key_of(1, "key ");
    cluster.move(key, 1, 0);
    // Until both masters agree they may send it back and forth more often than it is tried.
    std::string answer;
    for (int attempt = 0; attempt < 100 && answer != "OK"; ++attempt) {
        answer = client.command(key, {"SET", key, "value"}).text;
        client.run_for(milliseconds(20));
    }
    EXPECT_EQ(answer, "OK");
}

// Many are sent back at once, and while they come back others are published.
TEST(RedisSharded, KeepsTheOrderOfWhatIsSentBack) {
    const RedisClusterServers cluster;
    const std::string moved = RedisClusterServers::key_of(0, "channel ");
    const std::string beside = RedisClusterServers::key_of(0, "key ");
    RedisClient client(cluster.config());
    ASSERT_TRUE(client.start()) << client.last_down();
    cluster.move(moved, 0, 2);
    RedisClient listener(cluster.config());
    listener.redis->subscribe(moved);
    ASSERT_TRUE(listener.start()) << listener.last_down();

    int sent = 0;
    const auto publish = [&] { client.redis->publish(moved, std::to_string(sent++)); };
    for (int i = 0; i < 100; ++i) {
        publish();
        client.redis->command(beside, {"GET", beside}, [&](const RedisReply&) { publish(); });
    }
    ASSERT_TRUE(client.until([&] { return client.counters.published == 200; }));
    ASSERT_TRUE(listener.until([&] { return listener.messages.size() == 200; }));
    for (int i = 0; i < 200; ++i) {
        ASSERT_EQ(listener.messages[static_cast<std::size_t>(i)].second, std::to_string(i));
    }
}

TEST(RedisSharded, AsksWhoGetsASlotThatIsMoving) {
    const RedisClusterServers cluster;
    RedisClient client(cluster.config());
    ASSERT_TRUE(client.start()) << client.last_down();
    const std::string key = RedisClusterServers::key_of(0, "key ");
    const std::string slot = std::to_string(hash_slot(key));
    cluster.server(1).ask({"CLUSTER", "SETSLOT", slot, "IMPORTING", cluster.id(0)});
    cluster.server(0).ask({"CLUSTER", "SETSLOT", slot, "MIGRATING", cluster.id(1)});
    EXPECT_EQ(client.command(key, {"SET", key, "value"}).text, "OK");
    const RedisScript read("return redis.call('GET', KEYS[1])");
    EXPECT_EQ(client.script(read, {key}, {}).text, "value");
    EXPECT_EQ(cluster.server(1).ask({"DBSIZE"}).integer, 1);
    EXPECT_EQ(client.counters.errors, 0U);
}

TEST(RedisSharded, GoesOnWithTheReplicaOfAMasterThatDied) {
    const RedisClusterServers cluster(1);
    RedisClient client(cluster.config());
    const std::string failing = RedisClusterServers::key_of(0, "channel ");
    const std::string stays = RedisClusterServers::key_of(1, "channel ");
    client.redis->subscribe(failing);
    client.redis->subscribe(stays);
    ASSERT_TRUE(client.start()) << client.last_down();
    cluster.server(0).kill();
    ASSERT_TRUE(client.until([&] { return !client.redis->up(); }));
    EXPECT_FALSE(client.redis->up(failing));
    client.redis->publish(failing, "kept");
    EXPECT_EQ(client.command(failing, {"GET", failing}).type, RedisReply::Type::lost);
    ASSERT_TRUE(client.until([&] { return client.ups == 2; })) << client.last_down();
    ASSERT_TRUE(client.until([&] { return !client.messages.empty(); }));
    EXPECT_EQ(client.messages[0], RedisClient::Message(failing, "kept"));
    client.redis->publish(stays, "heard");
    ASSERT_TRUE(client.until([&] { return client.messages.size() == 2; }));
    EXPECT_EQ(client.counters.dropped, 0U);

    // The one that died comes back as a replica, of which no notice is taken.
    cluster.server(0).start();
    client.run_for(milliseconds(500));
    EXPECT_EQ(client.ups, 2);
    EXPECT_TRUE(client.redis->up());
}

TEST(RedisSharded, TellsWhenItDoesNotServeASlot) {
    const RedisClusterServers cluster;
    RedisClient client(cluster.config());
    const std::string channel = RedisClusterServers::key_of(0, "channel ");
    ASSERT_TRUE(client.start()) << client.last_down();
    const std::string slot = std::to_string(hash_slot(channel));
    for (std::size_t i = 0; i < 3; ++i) {
        cluster.server(i).ask({"CLUSTER", "DELSLOTS", slot});
    }
    ASSERT_TRUE(eventually([&] { return cluster.all_say("cluster_state:fail"); }));
    client.redis->publish(channel, "kept");
    client.redis->subscribe(channel);
    ASSERT_TRUE(client.until([&] { return !client.redis->up(); }));
    EXPECT_NE(client.last_down().find("scaling.server.cluster"), std::string::npos)
        << client.last_down();
    for (std::size_t i = 0; i < 3; ++i) {
        cluster.server(i).ask({"CLUSTER", "SETSLOT", slot, "NODE", cluster.id(0)});
    }
    ASSERT_TRUE(client.until([&] { return client.ups == 2; })) << client.last_down();
    EXPECT_TRUE(client.subscribed_to(channel));
    client.redis->publish(channel, "heard");
    ASSERT_TRUE(client.until(
        [&] { return !client.messages.empty() && client.messages.back().second == "heard"; }));
    ASSERT_TRUE(client.until([&] { return client.counters.published == 2; }));
}

TEST(RedisSharded, TellsWhatIsNoCluster) {
    const RedisServer server;
    RedisConfig config;
    config.cluster = {"127.0.0.1:" + std::to_string(server.port())};
    const auto complaint = [](const RedisConfig& with) {
        RedisClient client(with);
        client.redis->start();
        EXPECT_TRUE(client.until([&] { return !client.downs.empty(); }));
        EXPECT_TRUE(client.stop());
        return client.last_down();
    };
    EXPECT_EQ(complaint(config), "Redis at " + config.cluster[0] +
                                     " refuses: ERR This instance has cluster support disabled.");
    config.cluster = {"127.0.0.1:" + std::to_string(testing::free_port())};
    EXPECT_EQ(complaint(config), "Redis at " + config.cluster[0] +
                                     " cannot be reached: connection refused. Check "
                                     "scaling.server.cluster.");
    config.cluster = {"redis.internal"};
    EXPECT_THROW(RedisClient{config}, ConfigError);
}

}  // namespace
}  // namespace reverb
