// A node whose Redis neither answers nor refuses: subscriptions wait for it, but not for long.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "net/listener.h"
#include "publisher/publisher.h"
#include "support/test_cluster.h"

namespace reverb {
namespace {

using testing::enter;
using testing::eventually;
using testing::TestServer;

class SilentRedis : public ::testing::Test {
  protected:
    // The kernel accepts, nobody reads.
    TcpListener redis = listen_tcp("127.0.0.1", 0);
    TestServer server{[this](ServerConfig& config) {
        config.scaling.enabled = true;
        config.scaling.redis.port = redis.port;
        config.scaling.redis.connect_timeout = testing::patience;
    }};

    [[nodiscard]] std::uint64_t degraded() const {
        return server->stats().cluster->subscriptions_degraded;
    }
};

TEST_F(SilentRedis, ASubscriptionWaitsASecondForIt) {
    const auto client = server.connect();
    const auto began = std::chrono::steady_clock::now();
    client->subscribe("room");
    const auto took = std::chrono::steady_clock::now() - began;
    EXPECT_GE(took, std::chrono::milliseconds(900));
    EXPECT_LT(took, testing::patience);
    EXPECT_EQ(degraded(), 1U);
    ASSERT_EQ(server.publish("room", "here").status, 200);
    EXPECT_EQ(client->event().data, "here");
    EXPECT_EQ(enter(*client, "presence-room", "anna"),
              R"({"count":1,"ids":["anna"],"hash":{"anna":{}}})");
}

TEST_F(SilentRedis, ASubscriptionThatWaitsCanBeGivenUp) {
    const auto client = server.connect();
    client->send(R"({"event":"pusher:subscribe","data":{"channel":"given-up"}})");
    client->send(R"({"event":"pusher:unsubscribe","data":{"channel":"given-up"}})");
    client->subscribe("room");
    ASSERT_EQ(server.publish("given-up", "for nobody").status, 200);
    ASSERT_EQ(server.publish("room", "for the client").status, 200);
    EXPECT_EQ(client->event().data, "for the client");
    EXPECT_EQ(degraded(), 1U) << "the other one was not made";
    EXPECT_EQ(server->stats().channels, 1U);
}

TEST_F(SilentRedis, AskedTwiceItIsMadeOnce) {
    const auto client = server.connect();
    const std::string message = R"({"event":"pusher:subscribe","data":{"channel":"room"}})";
    client->send(message);
    client->send(message);
    EXPECT_EQ(client->event().name, "pusher_internal:subscription_succeeded");
    ASSERT_EQ(server.publish("room", "once").status, 200);
    EXPECT_EQ(client->event().data, "once");
    ASSERT_EQ(server.publish("room", "next").status, 200);
    EXPECT_EQ(client->event().data, "next");
}

TEST_F(SilentRedis, AClientThatLeavesMeanwhileLeavesNothing) {
    auto gone = server.connect();
    gone->send(R"({"event":"pusher:subscribe","data":{"channel":"room"}})");
    gone->send(R"({"event":"pusher:subscribe","data":{"channel":"other"}})");
    gone.reset();
    ASSERT_TRUE(eventually([&] { return server->stats().connections == 0; }));
    const auto stays = server.connect();
    stays->subscribe("third");
    EXPECT_EQ(degraded(), 1U);
    EXPECT_EQ(server->stats().channels, 1U);
}

TEST_F(SilentRedis, AServerStopsWithSubscriptionsThatWait) {
    const auto client = server.connect();
    client->send(R"({"event":"pusher:subscribe","data":{"channel":"room"}})");
    const auto began = std::chrono::steady_clock::now();
    server->stop();
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
}

TEST_F(SilentRedis, WhatIsAskedOfTheOtherNodesIsAnsweredAllTheSame) {
    const auto reply = testing::ask_api(server, "/connections");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, R"({"connections":0})");
    EXPECT_TRUE(reply.headers.contains("x-reverb-incomplete"));
    EXPECT_EQ(testing::http_get(server.port(), "/up").body, R"({"health":"OK","redis":"down"})");
}

}  // namespace
}  // namespace reverb
