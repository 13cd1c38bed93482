// The master of a Sentinel service, and what happens when it is another.
#include "support/redis_sentinel.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/eventually.h"
#include "support/redis_client.h"
#include "support/redis_server.h"

namespace reverb {
namespace {

using std::chrono::milliseconds;
using testing::eventually;
using testing::RedisClient;
using testing::RedisSentinelServer;
using testing::RedisServer;

std::string complaint(const RedisConfig& config) {
    RedisClient client(config);
    client.redis->start();
    EXPECT_TRUE(client.until([&] { return !client.downs.empty(); }));
    EXPECT_EQ(client.ups, 0);
    return client.last_down();
}

std::string nobody() {
    return "127.0.0.1:" + std::to_string(testing::free_port());
}

TEST(RedisSentinel, SaysWhereTheMasterIs) {
    const RedisServer master;
    const RedisSentinelServer sentinel(master);
    RedisConfig config = sentinel.config();
    config.sentinels = {nobody(), sentinel.address(), nobody()};  // others are not there
    RedisClient client(config);
    client.redis->subscribe("channel");
    ASSERT_TRUE(client.start()) << client.last_down();
    client.redis->publish("channel", "message");
    ASSERT_TRUE(client.until([&] { return !client.messages.empty(); }));
    EXPECT_TRUE(client.downs.empty()) << client.last_down();
}

TEST(RedisSentinel, TellsWhatItCannotSay) {
    const RedisServer master;
    const RedisSentinelServer sentinel(master);
    RedisConfig config = sentinel.config();
    config.service = "other";
    EXPECT_EQ(complaint(config), "Redis Sentinel at " + sentinel.address() +
                                     " knows no master \"other\". Check scaling.server.service.");
    config.sentinels = {nobody()};
    EXPECT_EQ(complaint(config), "Redis Sentinel at " + config.sentinels[0] +
                                     " cannot be reached: connection refused. Check "
                                     "scaling.server.sentinels.");
    config.sentinels = {nobody(), nobody(), nobody()};
    RedisClient client(config);
    client.redis->start();
    client.run_for(milliseconds(1'000));
    ASSERT_EQ(client.downs.size(), 1U) << client.last_down();
    config.sentinels = {"no port"};
    EXPECT_THROW(RedisClient{config}, ConfigError);
}

TEST(RedisSentinel, HasAPasswordOfItsOwn) {
    const RedisServer master({"--requirepass", "secret"});
    const RedisSentinelServer sentinel(master,
                                       "requirepass other\nsentinel auth-pass main secret\n");
    RedisConfig config = sentinel.config();
    config.password = "secret";
    EXPECT_EQ(complaint(config), "Redis Sentinel at " + sentinel.address() +
                                     " refuses: NOAUTH Authentication required. Check "
                                     "scaling.server.sentinel_username and "
                                     "scaling.server.sentinel_password.");
    config.sentinel_password = "other";
    RedisClient client(config);
    EXPECT_TRUE(client.start()) << client.last_down();
}

TEST(RedisSentinel, IsAskedAgainWhenTheMasterDies) {
    RedisServer master;
    const RedisServer replica({"--replicaof", "127.0.0.1 " + std::to_string(master.port())});
    const RedisSentinelServer sentinel(master);
    ASSERT_TRUE(eventually([&] { return sentinel.replicas() == 1; }));
    RedisClient client(sentinel.config());
    client.redis->subscribe("channel");
    ASSERT_TRUE(client.start()) << client.last_down();
    master.kill();
    ASSERT_TRUE(client.until([&] { return !client.redis->up(); }));
    client.redis->publish("channel", "kept");
    ASSERT_TRUE(client.until([&] { return client.ups == 2; })) << client.last_down();
    ASSERT_TRUE(client.until([&] { return !client.messages.empty(); }));
    EXPECT_EQ(client.messages.at(0).second, "kept");
    EXPECT_EQ(replica.ask({"ROLE"}).elements.at(0).text, "master");
}

// The old master lives on: nothing tells but its role.
TEST(RedisSentinel, IsAskedAgainWhenTheMasterBecomesAReplica) {
    const RedisServer master;
    const RedisServer replica({"--replicaof", "127.0.0.1 " + std::to_string(master.port())});
    const RedisSentinelServer sentinel(master);
    ASSERT_TRUE(eventually([&] { return sentinel.replicas() == 1; }));
    RedisConfig config = sentinel.config();
    config.ping_interval = milliseconds(100);
    RedisClient client(config);
    client.redis->subscribe("channel");
    ASSERT_TRUE(client.start()) << client.last_down();
    ASSERT_TRUE(eventually([&] {
        return testing::ask_redis(sentinel.port(), {"SENTINEL", "FAILOVER", "main"}).text == "OK";
    }));
    ASSERT_TRUE(client.until([&] {
        return client.ups >= 2 && client.redis->up() &&
               replica.ask({"PUBSUB", "NUMSUB", "channel"}).elements.at(1).integer == 1;
    })) << client.last_down();
    client.redis->publish("channel", "heard");
    ASSERT_TRUE(client.until([&] { return !client.messages.empty(); }));
}

}  // namespace
}  // namespace reverb
