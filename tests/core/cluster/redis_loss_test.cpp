// Connections that are lost, and what becomes of messages then.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/redis_client.h"
#include "support/redis_server.h"

namespace reverb {
namespace {

using std::chrono::milliseconds;
using testing::RedisClient;
using testing::RedisServer;

// Whether the messages are these numbers, each once.
::testing::AssertionResult holds(const std::vector<RedisClient::Message>& messages, int first,
                                 int last) {
    if (messages.size() != static_cast<std::size_t>(last - first + 1)) {
        return ::testing::AssertionFailure() << messages.size() << " messages";
    }
    for (int i = first; i <= last; ++i) {
        const std::string& message = messages[static_cast<std::size_t>(i - first)].second;
        if (std::stoi(message) != i) {
            return ::testing::AssertionFailure() << message << " in place of " << i;
        }
    }
    return ::testing::AssertionSuccess();
}

TEST(RedisLoss, KeepsTheLastThousandMessagesWhileItIsDown) {
    RedisServer server;
    RedisClient client(server.config());
    client.redis->subscribe("channel");
    ASSERT_TRUE(client.start());
    server.stop();
    ASSERT_TRUE(client.until([&] { return !client.redis->up(); }));
    int lost = 0;
    for (int i = 0; i < 1'500; ++i) {
        client.redis->publish("channel", std::to_string(i),
                              [&](const RedisReply& reply) { lost += reply.failed() ? 1 : 0; });
    }
    EXPECT_EQ(client.counters.dropped, 500U);
    EXPECT_GT(client.counters.queued_bytes, 1'000U);
    server.start();
    ASSERT_TRUE(client.until([&] { return client.messages.size() >= 1'000; }));
    EXPECT_TRUE(holds(client.messages, 500, 1'499));
    EXPECT_EQ(lost, 500);
    EXPECT_EQ(client.counters.queued_bytes, 0U);
}

TEST(RedisLoss, KeepsEightMegabytesWhileItIsDown) {
    RedisServer server;
    RedisClient client(server.config());
    client.redis->subscribe("channel");
    ASSERT_TRUE(client.start());
    server.stop();
    ASSERT_TRUE(client.until([&] { return !client.redis->up(); }));
    for (int i = 0; i < 100; ++i) {
        client.redis->publish("channel", std::to_string(i) + std::string(100'000, ' '));
    }
    EXPECT_LE(client.counters.queued_bytes, 8U << 20U);
    EXPECT_EQ(client.counters.dropped, 17U);
    server.start();
    ASSERT_TRUE(client.until([&] { return client.messages.size() >= 83; }));
    EXPECT_TRUE(holds(client.messages, 17, 99));
}

TEST(RedisLoss, KeepsEightMegabytesForAServerThatDoesNotRead) {
    const RedisServer server;
    RedisConfig config = server.config();
    config.ping_timeout = testing::patience;
    RedisClient client(config);
    client.redis->subscribe("channel");
    ASSERT_TRUE(client.start());
    server.freeze();
    constexpr std::uint64_t total = 500;
    std::uint64_t lost = 0;
    std::uint64_t confirmed = 0;
    for (std::uint64_t i = 0; i < total; ++i) {
        client.redis->publish(
            "channel", std::to_string(i) + std::string(100'000, ' '),
            [&](const RedisReply& reply) { ++(reply.failed() ? lost : confirmed); });
        client.run_for(milliseconds(1));
        ASSERT_LE(client.counters.queued_bytes, 8U << 20U);
    }
    EXPECT_GT(client.counters.dropped, 0U);
    EXPECT_TRUE(client.redis->up());
    // The same of commands, beside the messages; a single one may have any size.
    RedisReply large;
    RedisReply beyond;
    client.redis->command("", {"ECHO", std::string(9U << 20U, 'x')},
                          [&](const RedisReply& reply) { large = reply; });
    client.redis->command("", {"ECHO", "x"}, [&](const RedisReply& reply) { beyond = reply; });
    ASSERT_TRUE(client.until([&] { return beyond.type == RedisReply::Type::lost; }));
    server.thaw();
    ASSERT_TRUE(client.until([&] { return large.text.size() == 9U << 20U; }));
    ASSERT_TRUE(client.until([&] { return lost + confirmed == total; }));
    EXPECT_EQ(lost, client.counters.dropped);
    ASSERT_TRUE(client.until([&] { return client.messages.size() == confirmed; }));
    int before = -1;
    for (const auto& [channel, message] : client.messages) {
        ASSERT_GT(std::stoi(message), before);
        before = std::stoi(message);
    }
    EXPECT_EQ(before, 499) << "the newest was dropped";
    EXPECT_EQ(client.counters.queued_bytes, 0U);
}

TEST(RedisLoss, FindsAServerThatIsFrozen) {
    const RedisServer server;
    RedisConfig config = server.config();
    config.ping_interval = milliseconds(50);
    config.ping_timeout = milliseconds(200);
    RedisClient client(config);
    client.redis->subscribe("channel");
    ASSERT_TRUE(client.start());
    server.freeze();
    const auto begun = std::chrono::steady_clock::now();
    ASSERT_TRUE(client.until([&] { return !client.redis->up(); }));
    EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(150));
    EXPECT_NE(client.last_down().find("has not answered for"), std::string::npos)
        << client.last_down();
    server.thaw();
    ASSERT_TRUE(client.until([&] { return client.ups == 2; }));
    client.redis->publish("channel", "heard");
    ASSERT_TRUE(client.until([&] { return !client.messages.empty(); }));
}

TEST(RedisLoss, NeverSendsTwiceWhatMayHaveArrived) {
    RedisServer server;
    RedisConfig config = server.config();
    config.ping_timeout = testing::patience;
    RedisClient client(config);
    client.redis->subscribe("channel");
    ASSERT_TRUE(client.start());
    server.freeze();
    int lost = 0;
    for (int i = 0; i < 10; ++i) {
        client.redis->publish("channel", std::to_string(i),
                              [&](const RedisReply& reply) { lost += reply.failed() ? 1 : 0; });
    }
    bool command_lost = false;
    client.redis->command("key", {"SET", "key", "value"}, [&](const RedisReply& reply) {
        command_lost = reply.type == RedisReply::Type::lost;
    });
    client.run_for(milliseconds(50));  // written
    server.kill();
    ASSERT_TRUE(client.until([&] { return client.counters.unconfirmed == 10; }));
    EXPECT_EQ(lost, 10);
    EXPECT_TRUE(command_lost);
    server.start();
    ASSERT_TRUE(client.until([&] { return client.ups == 2; }));
    client.redis->publish("channel", "10");
    ASSERT_TRUE(client.until([&] { return !client.messages.empty(); }));
    EXPECT_TRUE(holds(client.messages, 10, 10));
    EXPECT_EQ(client.counters.dropped, 0U);
}

TEST(RedisLoss, OpensBothConnectionsAgainWhenOneIsLost) {
    const RedisServer server;
    RedisClient client(server.config());
    client.redis->subscribe("channel");
    ASSERT_TRUE(client.start());
    ASSERT_EQ(server.ask({"CLIENT", "KILL", "TYPE", "pubsub"}).integer, 1);
    ASSERT_TRUE(client.until([&] { return client.ups == 2; }));
    ASSERT_EQ(server.ask({"CLIENT", "KILL", "TYPE", "normal"}).integer, 1);
    ASSERT_TRUE(client.until([&] { return client.ups == 3; }));
    EXPECT_EQ(client.subscriptions.size(), 3U);
    EXPECT_EQ(client.counters.reconnects, 2U);
    client.redis->publish("channel", "heard");
    ASSERT_TRUE(client.until([&] { return !client.messages.empty(); }));
    EXPECT_EQ(client.messages.size(), 1U);
}

TEST(RedisLoss, StopsInTimeThoughTheServerIsFrozen) {
    const RedisServer server;
    RedisClient client(server.config());
    ASSERT_TRUE(client.start());
    server.freeze();
    int lost = 0;
    client.redis->publish("channel", "message",
                          [&](const RedisReply& reply) { lost += reply.failed() ? 1 : 0; });
    const auto begun = std::chrono::steady_clock::now();
    ASSERT_TRUE(client.stop(milliseconds(100)));
    EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(90));
    EXPECT_EQ(lost, 1);
    EXPECT_EQ(client.counters.unconfirmed, 1U);
    server.thaw();
}

TEST(RedisLoss, TellsWhoeverWaitsWhenItIsDestroyed) {
    const RedisServer server;
    RedisClient client(server.config());
    ASSERT_TRUE(client.start());
    server.freeze();
    int lost = 0;
    const auto count_lost = [&](const RedisReply& reply) {
        lost += reply.type == RedisReply::Type::lost ? 1 : 0;
    };
    client.redis->publish("channel", "written", count_lost);
    client.run_for(milliseconds(20));
    client.redis->publish("channel", "not written", count_lost);
    client.redis->command("key", {"GET", "key"}, count_lost);
    client.redis.reset();
    EXPECT_EQ(lost, 3);
    EXPECT_EQ(client.counters.queued_bytes, 0U);
    EXPECT_FALSE(client.counters.up);
    server.thaw();
}

}  // namespace
}  // namespace reverb
