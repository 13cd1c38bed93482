// Cache channels: the last event, for those who come later.
#include <gtest/gtest.h>

#include "channel/publishing.h"
#include "support/session_world.h"

namespace reverb {
namespace {

using testing::SessionWorld;

const char* const kinds[] = {"cache-a", "private-cache-a", "private-encrypted-cache-a"};

void publish(SessionWorld& world, const std::string& channel, const std::string& data) {
    PublishRequest request;
    request.app_id = world.application().id;
    request.channels = {channel};
    request.event = "E";
    request.data = data;
    ASSERT_EQ(publish_event(world.shared.services, request)->status, 200);
}

std::string succeeded(const std::string& channel) {
    return R"({"event":"pusher_internal:subscription_succeeded","data":"{}","channel":")" +
           channel + "\"}";
}

std::string event(const std::string& channel, const std::string& data) {
    return R"({"event":"E","data":")" + data + R"(","channel":")" + channel + "\"}";
}

class SessionCache : public ::testing::Test {
  protected:
    // Publishing goes by the real clock, and so does what it keeps.
    SessionCache() { world.now = monotonic_ms(); }
    SessionWorld world;
};

TEST_F(SessionCache, MissIsToldAfterTheConfirmation) {
    const auto client = world.connect();
    for (const std::string channel : kinds) {
        EXPECT_EQ(world.subscribe(*client, channel),
                  (std::vector<std::string>{
                      succeeded(channel),
                      R"({"event":"pusher:cache_miss","channel":")" + channel + "\"}"}));
    }
}

TEST_F(SessionCache, LastEventComesAfterTheConfirmation) {
    const auto client = world.connect();
    for (const std::string channel : kinds) {
        publish(world, channel, "1");
        publish(world, channel, "2");
        EXPECT_EQ(world.subscribe(*client, channel),
                  (std::vector<std::string>{succeeded(channel), event(channel, "2")}));
        publish(world, channel, "3");
        EXPECT_EQ(client->transport.take_one(), event(channel, "3"));
    }
}

TEST_F(SessionCache, OutlivesTheLastSubscriber) {
    auto first = world.connect();
    world.subscribe(*first, "cache-a");
    publish(world, "cache-a", "1");
    first.reset();
    EXPECT_EQ(world.shared.applications.channels(), 0U);
    const auto second = world.connect();
    EXPECT_EQ(world.subscribe(*second, "cache-a").back(), event("cache-a", "1"));
}

TEST_F(SessionCache, EndsWithItsTime) {
    world.shared.config.cache_ttl = std::chrono::seconds(10);
    const auto client = world.connect();
    publish(world, "cache-a", "1");
    world.now = monotonic_ms() + 10'000;
    EXPECT_NE(world.subscribe(*client, "cache-a").back().find("pusher:cache_miss"),
              std::string::npos);
}

TEST_F(SessionCache, IsOfCacheChannelsOnly) {
    const auto client = world.connect();
    for (const std::string channel : {"a", "private-a", "cached", "my-cache-a"}) {
        publish(world, channel, "1");
        EXPECT_EQ(world.subscribe(*client, channel),
                  (std::vector<std::string>{succeeded(channel)}));
    }
}

TEST_F(SessionCache, HoldsEventsOfClientsToo) {
    const auto sender = world.connect();
    world.subscribe(*sender, "private-cache-a");
    const std::string message =
        R"({"event":"client-x","channel":"private-cache-a","data":{"n":1}})";
    world.send(*sender, message);
    const auto client = world.connect();
    EXPECT_EQ(world.subscribe(*client, "private-cache-a").back(), message);
}

TEST_F(SessionCache, NeverHoldsWhoCameAndWent) {
    const std::string room = "presence-cache-a";
    const auto anna = world.connect();
    auto bert = world.connect();
    world.subscribe(*anna, room, R"({"user_id":1})");
    publish(world, room, "1");
    world.subscribe(*bert, room, R"({"user_id":2})");
    bert.reset();
    const auto carl = world.connect();
    const auto answers = world.subscribe(*carl, room, R"({"user_id":3})");
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers[1], event(room, "1"));
}

}  // namespace
}  // namespace reverb
