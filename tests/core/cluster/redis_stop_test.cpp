// Stops at any moment leave nothing behind, neither on the loop nor in memory.
#include <gtest/gtest.h>
#include <uv.h>

#include <functional>
#include <thread>
#include <utility>

#include "support/certificate_files.h"
#include "support/redis_client.h"
#include "support/redis_server.h"

namespace reverb {
namespace {

using std::chrono::milliseconds;
using testing::RedisClient;
using testing::RedisServer;

int handles_of(EventLoop& loop) {
    int handles = 0;
    uv_walk(
        loop.uv(), [](uv_handle_t*, void* count) { ++*static_cast<int*>(count); }, &handles);
    return handles;
}

// Starts and stops again and again, each time a little later. `disturb` comes in between.
void stop_at_any_moment(const RedisConfig& config, int rounds,
                        const std::function<void()>& disturb = {}) {
    for (int round = 0; round < rounds; ++round) {
        RedisClient client(config);
        const int before = handles_of(client.loop);
        client.redis->subscribe("channel");
        int answers = 0;
        const auto answered = [&](const RedisReply&) { ++answers; };
        client.redis->publish("channel", "before", answered);
        client.redis->start();
        client.redis->publish("channel", "after", answered);
        client.redis->command("key", {"GET", "key"}, answered);
        if (disturb) {
            client.loop.after(milliseconds(round % 20), disturb);
        }
        client.run_for(milliseconds(round / 5));
        client.redis->publish("channel", "last", answered);
        bool stopped = false;
        client.redis->stop(milliseconds(round % 2 == 0 ? 0 : 20), [&] {
            stopped = true;
            EXPECT_LE(handles_of(client.loop), before + (disturb ? 2 : 1)) << "the test's timers";
            client.redis.reset();
        });
        ASSERT_TRUE(client.until([&] { return stopped; }));
        EXPECT_EQ(answers, 4) << "in round " << round;
        EXPECT_EQ(client.counters.queued_bytes, 0U);
    }
}

TEST(RedisStop, MayComeAtAnyMoment) {
    const RedisServer server;
    stop_at_any_moment(server.config(), 100);
}

TEST(RedisStop, MayComeWhileNobodyListens) {
    RedisConfig config;
    config.port = testing::free_port();
    stop_at_any_moment(config, 50);
    config.sentinels = {"127.0.0.1:" + std::to_string(config.port)};
    stop_at_any_moment(config, 50);
    config.sentinels.clear();
    config.cluster = {"127.0.0.1:" + std::to_string(config.port)};
    stop_at_any_moment(config, 50);
}

TEST(RedisStop, MayComeWhileANameIsLookedUp) {
    RedisConfig config;
    config.host = "nowhere.invalid";
    stop_at_any_moment(config, 5);
}

TEST(RedisStop, MayComeWhileTlsIsAgreedOn) {
    const testing::CertificateFiles files;
    const std::uint16_t port = testing::free_port();
    const RedisServer server({"--tls-port", std::to_string(port), "--tls-cert-file",
                              files.certificate(), "--tls-key-file", files.key(),
                              "--tls-ca-cert-file", files.certificate(), "--tls-auth-clients",
                              "no"});
    RedisConfig config;
    config.host = "localhost";
    config.port = port;
    config.tls = true;
    config.ca_file = files.certificate();
    stop_at_any_moment(config, 50);
}

TEST(RedisStop, MayComeWhileTheServerComesAndGoes) {
    RedisServer server;
    bool there = true;
    stop_at_any_moment(server.config(), 100, [&] {
        if (std::exchange(there, !there)) {
            server.kill();
        } else {
            server.start_soon();
        }
    });
}

TEST(RedisStop, WithoutAStartIsOneToo) {
    RedisClient client(RedisConfig{});
    client.redis->publish("channel", "message");
    EXPECT_TRUE(client.stop());
    EXPECT_EQ(client.counters.dropped, 1U);
}

// As the server has it: a thread for the loop, others that read the counters.
TEST(RedisThread, IsTheLoops) {
    const RedisServer server;
    for (int round = 0; round < 20; ++round) {
        RedisClient client(server.config());
        std::thread thread([&] {
            client.redis->subscribe("channel");
            client.redis->start();
            client.loop.run();
        });
        ASSERT_TRUE(testing::eventually([&] { return client.counters.up.load(); }));
        client.loop.post([&] { client.redis->publish("channel", "message"); });
        ASSERT_TRUE(testing::eventually([&] { return client.counters.received > 0; }));
        client.loop.post(
            [&] { client.redis->stop(milliseconds(1'000), [&] { client.loop.stop(); }); });
        thread.join();
        EXPECT_EQ(client.counters.published, 1U);
        EXPECT_EQ(client.messages.size(), 1U);
    }
}

}  // namespace
}  // namespace reverb
