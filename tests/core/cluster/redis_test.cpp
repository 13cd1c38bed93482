#include "cluster/redis.h"

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

TEST(Redis, PublishesToWhoeverIsSubscribed) {
    const RedisServer server;
    RedisClient client(server.config());
    client.redis->subscribe("first");
    EXPECT_FALSE(client.redis->up());
    ASSERT_TRUE(client.start());
    EXPECT_TRUE(client.redis->up());
    EXPECT_TRUE(client.redis->up("any key"));
    EXPECT_TRUE(client.counters.up);
    EXPECT_FALSE(client.redis->sharded());
    EXPECT_TRUE(client.subscribed_to("first")) << "it was up before";

    client.redis->subscribe("second");
    ASSERT_TRUE(client.until([&] { return client.subscribed_to("second"); }));
    client.redis->publish("first", "a message");
    client.redis->publish("second", std::string("with\r\n\0bytes", 12));
    const RedisReply reply = client.publish("nobody's", "unheard");
    EXPECT_EQ(reply.type, RedisReply::Type::integer);
    EXPECT_EQ(reply.integer, 0);
    ASSERT_TRUE(client.until([&] { return client.messages.size() == 2; }));
    EXPECT_EQ(client.messages[0], RedisClient::Message("first", "a message"));
    EXPECT_EQ(client.messages[1],
              RedisClient::Message("second", std::string("with\r\n\0bytes", 12)));
    EXPECT_EQ(client.counters.published, 3U);
    EXPECT_EQ(client.counters.received, 2U);
    EXPECT_EQ(client.counters.errors, 0U);
    EXPECT_EQ(client.counters.queued_bytes, 0U);
    EXPECT_TRUE(client.downs.empty());
}

TEST(Redis, HearsNoMoreOfWhatItHasLeft) {
    const RedisServer server;
    RedisClient client(server.config());
    client.redis->subscribe("left");
    client.redis->subscribe("kept");
    client.redis->subscribe("never begun");
    client.redis->unsubscribe("never begun");
    ASSERT_TRUE(client.start());
    EXPECT_FALSE(client.subscribed_to("never begun"));
    client.redis->unsubscribe("left");
    client.redis->unsubscribe("unknown");
    ASSERT_TRUE(client.until([&] {
        return server.ask({"PUBSUB", "NUMSUB", "left"}).elements.at(1).integer == 0;
    }));
    client.redis->publish("left", "unheard");
    client.redis->publish("kept", "heard");
    ASSERT_TRUE(client.until([&] { return !client.messages.empty(); }));
    EXPECT_EQ(client.messages, (std::vector{RedisClient::Message("kept", "heard")}));
}

TEST(Redis, GivesEachCommandItsAnswer) {
    const RedisServer server;
    RedisClient client(server.config());
    ASSERT_TRUE(client.start());
    EXPECT_EQ(client.command("key", {"SET", "key", "value"}).text, "OK");
    EXPECT_EQ(client.command("key", {"GET", "key"}).text, "value");
    EXPECT_EQ(client.command("none", {"GET", "none"}).type, RedisReply::Type::nil);
    const RedisReply list = client.command("", {"MGET", "key", "none"});
    ASSERT_EQ(list.elements.size(), 2U);
    EXPECT_EQ(list.elements[0].text, "value");
    EXPECT_EQ(list.elements[1].type, RedisReply::Type::nil);
    const RedisReply error = client.command("key", {"LPUSH", "key", "x"});
    EXPECT_TRUE(error.is_error("WRONGTYPE"));
    EXPECT_TRUE(error.failed());
    EXPECT_EQ(client.counters.errors, 1U);
    EXPECT_TRUE(client.redis->up());
}

TEST(Redis, NeverAnswersFromWithinTheCall) {
    RedisClient client(RedisConfig{});
    bool answered = false;
    client.redis->command("key", {"GET", "key"}, [&](const RedisReply& reply) {
        answered = true;
        EXPECT_EQ(reply.type, RedisReply::Type::lost);
        EXPECT_TRUE(reply.failed());
    });
    EXPECT_FALSE(answered);
    EXPECT_TRUE(client.until([&] { return answered; }));
}

TEST(Redis, RunsScriptsInOrderAlsoWhenTheServerForgetsThem) {
    const RedisServer server;
    RedisClient client(server.config());
    ASSERT_TRUE(client.start());
    const RedisScript append("return redis.call('APPEND', KEYS[1], ARGV[1])");
    const RedisScript read("return {redis.call('GET', KEYS[1]), #ARGV}");
    // The first use of each and the second are in one turn.
    client.redis->script(append, {"text"}, {"a"}, {});
    client.redis->script(read, {"text"}, {}, [](const RedisReply& reply) {
        EXPECT_EQ(reply.elements.at(0).text, "a");
    });
    client.redis->script(append, {"text"}, {"b"}, {});
    EXPECT_EQ(client.script(read, {"text"}, {"x", "y"}).elements.at(0).text, "ab");
    EXPECT_EQ(client.command("", {"SCRIPT", "FLUSH"}).text, "OK");
    EXPECT_EQ(client.script(append, {"text"}, {"c"}).integer, 3);
    const RedisReply reply = client.script(read, {"text"}, {"x", "y"});
    EXPECT_EQ(reply.elements.at(0).text, "abc");
    EXPECT_EQ(reply.elements.at(1).integer, 2);
    EXPECT_EQ(client.counters.errors, 0U);
    const RedisScript refuse("return redis.error_reply('NO such thing')");
    EXPECT_EQ(client.script(refuse, {"text"}, {}).text, "NO such thing");
    EXPECT_EQ(client.counters.errors, 1U);
}

// The members of a huge channel, say: more than what may wait.
TEST(Redis, TakesAScriptOfAnySizeAndDropsNoMessageForIt) {
    const RedisServer server;
    const RedisScript count_words("return #ARGV");
    RedisReply reply;
    RedisClient client(server.config());
    client.redis->subscribe("channel");
    ASSERT_TRUE(client.start());
    const std::vector<std::string> words(40'000, std::string(500, 'x'));
    client.redis->script(count_words, {"key"}, words, [&](const RedisReply& got) { reply = got; });
    for (int i = 0; i < 100; ++i) {
        client.redis->publish("channel", std::to_string(i));
    }
    ASSERT_TRUE(
        client.until([&] { return client.messages.size() == 100 && reply.integer == 40'000; }));
    EXPECT_EQ(client.counters.dropped, 0U);
}

TEST(Redis, TakesNoMoreCommandsWhenTooMuchOfThemWaits) {
    const RedisServer server;
    RedisClient client(server.config());
    ASSERT_TRUE(client.start());
    const std::string megabyte(1U << 20U, 'x');
    int taken = 0;
    int refused = 0;
    for (int i = 0; i < 20; ++i) {
        client.redis->command("key", {"SET", "key", megabyte}, [&](const RedisReply& reply) {
            ++(reply.failed() ? refused : taken);
        });
    }
    ASSERT_TRUE(client.until([&] { return taken + refused == 20; }));
    EXPECT_EQ(taken, 8) << "the eighth reaches the limit";
}

TEST(Redis, IsHadAgainAfterItWasKilled) {
    RedisServer server;
    RedisClient client(server.config());
    client.redis->subscribe("channel");
    ASSERT_TRUE(client.start());
    server.kill();
    ASSERT_TRUE(client.until([&] { return !client.redis->up(); }));
    ASSERT_TRUE(client.until([&] { return client.downs.size() > 1; }));
    EXPECT_EQ(client.downs[0],
              "The connection to Redis at 127.0.0.1:" + std::to_string(server.port()) +
                  " was lost: it closed the connection.");
    EXPECT_EQ(client.downs[1], "Redis at 127.0.0.1:" + std::to_string(server.port()) +
                                   " cannot be reached: connection refused. Check "
                                   "scaling.server.host and scaling.server.port.");
    EXPECT_FALSE(client.counters.up);
    EXPECT_EQ(client.command("key", {"GET", "key"}).type, RedisReply::Type::lost);
    client.redis->subscribe("while it was down");
    int confirmed = 0;
    for (int i = 0; i < 3; ++i) {
        client.redis->publish("channel", std::to_string(i), [&](const RedisReply& reply) {
            confirmed += reply.type == RedisReply::Type::integer ? 1 : 0;
        });
    }
    client.when_up = [&] {
        EXPECT_TRUE(client.messages.empty());
        client.redis->publish("channel", "when up");
    };
    server.start();
    ASSERT_TRUE(client.until([&] { return client.messages.size() == 4; }));
    EXPECT_EQ(client.subscriptions.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(client.messages[i].second, std::to_string(i));
    }
    EXPECT_EQ(client.messages[3].second, "when up");
    EXPECT_EQ(confirmed, 3);
    EXPECT_EQ(client.ups, 2);
    EXPECT_EQ(client.downs.size(), 2U) << "the same reason was told twice";
    EXPECT_EQ(client.counters.reconnects, 1U);
    EXPECT_EQ(client.counters.dropped, 0U);
    EXPECT_EQ(client.counters.queued_bytes, 0U);
}

TEST(Redis, KeepsTheOrderOfManyMessagesAndLosesNone) {
    const RedisServer server;
    RedisClient client(server.config());
    client.redis->subscribe("channel");
    ASSERT_TRUE(client.start());
    constexpr std::size_t total = 100'000;
    std::size_t confirmed = 0;
    std::size_t sent = 0;
    const auto timer = client.loop.every(milliseconds(1), [&] {
        for (int i = 0; i < 1'000 && sent < total; ++i) {
            client.redis->publish("channel", std::to_string(sent++), [&](const RedisReply& reply) {
                confirmed += reply.integer == 1 ? 1U : 0U;
            });
        }
    });
    ASSERT_TRUE(
        client.until([&] { return client.messages.size() >= total && confirmed >= total; }));
    client.loop.cancel(timer);
    ASSERT_EQ(client.messages.size(), total);
    for (std::size_t i = 0; i < total; ++i) {
        ASSERT_EQ(client.messages[i].second, std::to_string(i));
    }
    EXPECT_EQ(confirmed, total);
    EXPECT_EQ(client.counters.published, total);
    EXPECT_EQ(client.counters.received, total);
    EXPECT_EQ(client.counters.dropped, 0U);
    EXPECT_EQ(client.counters.unconfirmed, 0U);
}

TEST(Redis, PingsAndStaysUp) {
    const RedisServer server;
    RedisConfig config = server.config();
    config.ping_interval = milliseconds(10);
    RedisClient client(config);
    ASSERT_TRUE(client.start());
    client.redis->subscribe("channel");
    client.run_for(milliseconds(300));
    EXPECT_TRUE(client.redis->up());
    EXPECT_EQ(client.ups, 1);
    EXPECT_TRUE(client.downs.empty()) << client.last_down();
}

TEST(Redis, SendsWhatIsQueuedBeforeItStops) {
    const RedisServer server;
    RedisClient client(server.config());
    ASSERT_TRUE(client.start());
    int answered = 0;
    for (int i = 0; i < 1'000; ++i) {
        client.redis->publish("channel", "message",
                              [&](const RedisReply& reply) { answered += reply.failed() ? 0 : 1; });
    }
    ASSERT_TRUE(client.stop());
    EXPECT_EQ(answered, 1'000);
    EXPECT_EQ(client.counters.published, 1'000U);
    EXPECT_FALSE(client.redis->up());
    EXPECT_EQ(client.publish("channel", "too late").type, RedisReply::Type::lost);
    EXPECT_TRUE(client.downs.empty());
}

}  // namespace
}  // namespace reverb
