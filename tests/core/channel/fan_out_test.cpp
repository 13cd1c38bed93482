#include "channel/fan_out.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "channel/channel_name.h"
#include "channel/local_subscribers.h"
#include "channel/publishing.h"
#include "net/outbox.h"
#include "support/allocations.h"
#include "support/services.h"

namespace reverb {
namespace {

class Postbox final : public BroadcastTarget {
  public:
    void post(BroadcastPtr broadcast) override { posted.push_back(std::move(broadcast)); }
    void terminate(const std::string& app_id, const std::string& user_id) override {
        terminated.push_back(app_id + " " + user_id);
    }
    [[nodiscard]] std::size_t waiting_bytes() const noexcept override { return waiting; }
    std::size_t waiting = 0;
    std::vector<BroadcastPtr> posted;
    std::vector<std::string> terminated;
};

class FanOutTest : public ::testing::Test {
  protected:
    FanOutTest() {
        for (Postbox& thread : threads) {
            fan_out.add_target(thread);
        }
    }
    void subscribe(const std::string& channel, unsigned thread) {
        directory.subscribe(channel_key("app", channel), thread, nullptr, nullptr, 0);
    }
    void publish(const std::string& channel, const FramePtr& frame, SocketId except = {}) {
        fan_out.publish(channel_key("app", channel), frame, except, 1'000);
    }

    Directory directory{3};
    FanOut fan_out{directory};
    Postbox threads[3];
};

TEST_F(FanOutTest, ReachesTheThreadsWithSubscribersOnly) {
    subscribe("x", 0);
    subscribe("x", 2);
    subscribe("y", 1);
    publish("x", text_frame("event"));
    EXPECT_EQ(threads[0].posted.size(), 1U);
    EXPECT_EQ(threads[1].posted.size(), 0U);
    EXPECT_EQ(threads[2].posted.size(), 1U);
}

TEST_F(FanOutTest, DoesNothingForAChannelWithoutSubscribers) {
    publish("x", text_frame("event"));
    for (const Postbox& thread : threads) {
        EXPECT_TRUE(thread.posted.empty());
    }
}

TEST_F(FanOutTest, SharesOneBroadcastAndOneFrame) {
    subscribe("x", 0);
    subscribe("x", 1);
    const FramePtr frame = text_frame("event");
    publish("x", frame, {1, 2});
    ASSERT_EQ(threads[0].posted.size(), 1U);
    EXPECT_EQ(threads[0].posted, threads[1].posted);
    EXPECT_EQ(threads[0].posted.front()->frame, frame);
    EXPECT_EQ(threads[0].posted.front()->key, channel_key("app", "x"));
    EXPECT_EQ(threads[0].posted.front()->version, 0U);
    EXPECT_EQ(threads[0].posted.front()->except, (SocketId{1, 2}));
}

TEST_F(FanOutTest, KeepsTheOrder) {
    subscribe("x", 0);
    subscribe("y", 0);
    std::vector<FramePtr> frames;
    for (int i = 0; i < 100; ++i) {
        frames.push_back(text_frame(std::to_string(i)));
        publish(i % 2 == 0 ? "x" : "y", frames.back());
    }
    ASSERT_EQ(threads[0].posted.size(), frames.size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
        EXPECT_EQ(threads[0].posted[i]->frame, frames[i]);
    }
}

TEST_F(FanOutTest, KeepsTheEventOfACacheChannelAndSaysSo) {
    const FramePtr frame = text_frame("event");
    publish("cache-x", frame);
    EXPECT_EQ(directory.cached(channel_key("app", "cache-x"), 999).event, frame);
    EXPECT_EQ(directory.cached(channel_key("app", "cache-x"), 1'000).event, nullptr);
    subscribe("cache-x", 1);
    publish("cache-x", frame, {1, 2});
    ASSERT_EQ(threads[1].posted.size(), 1U);
    EXPECT_GT(threads[1].posted.front()->version, 0U);
    EXPECT_EQ(threads[1].posted.front()->except, (SocketId{1, 2}));
    publish("x", frame);
    EXPECT_EQ(directory.cached(channel_key("app", "x"), 0).event, nullptr);
}

TEST_F(FanOutTest, PostsToTheThreadsOfAMask) {
    fan_out.post(0b101, {"x", text_frame("event"), {}, 7});
    EXPECT_EQ(threads[0].posted.size(), 1U);
    EXPECT_EQ(threads[1].posted.size(), 0U);
    EXPECT_EQ(threads[2].posted.size(), 1U);
    EXPECT_EQ(threads[2].posted.front()->version, 7U);
}

TEST_F(FanOutTest, TellsEveryThreadOfAUserToEnd) {
    fan_out.terminate("app", "anna");
    for (const Postbox& thread : threads) {
        EXPECT_EQ(thread.terminated, (std::vector<std::string>{"app anna"}));
    }
}

TEST_F(FanOutTest, IsOverloadedWhereAnyThreadIs) {
    EXPECT_FALSE(fan_out.overloaded());
    threads[2].waiting = 5U << 20U;
    EXPECT_FALSE(fan_out.overloaded());
    EXPECT_TRUE(fan_out.overloaded_for_clients());
    threads[2].waiting = 65U << 20U;
    EXPECT_TRUE(fan_out.overloaded());
}

// A connection as far as delivery goes: frames wait in its outbox.
class Connection final : public Subscriber {
  public:
    Connection(std::uint32_t number, TurnFrames& turn) : Subscriber({number, 1}), turn_(turn) {}
    void deliver(const FramePtr& frame) override { outbox.add(frame, turn_); }
    void terminate() override {}
    Outbox outbox;

  private:
    TurnFrames& turn_;
};

// What one publish of `size` bytes to that many subscribers asks of the heap, from the request to
// the last outbox.
testing::Allocations publish(std::size_t size, std::uint32_t subscribers) {
    testing::TestServices world;
    const Application& application = world.config.apps.front();
    TurnFrames turn;
    std::vector<std::unique_ptr<Connection>> connections;
    for (std::uint32_t i = 0; i < subscribers; ++i) {
        connections.push_back(std::make_unique<Connection>(i + 1, turn));
        world.subscribe(*connections.back(), "channel");
    }
    PublishRequest request;
    request.app_id = application.id;
    request.channels = {"channel"};
    request.event = "event";
    // Once beforehand, so that what is kept from turn to turn is there.
    request.data = "warm";
    EXPECT_EQ(publish_event(world.services, request)->status, 200);
    for (const auto& connection : connections) {
        connection->outbox.clear();
    }
    turn.forget();
    world.thread.posted.clear();

    request.data = std::string(size, 'x');
    const testing::AllocationCounter counter;
    EXPECT_EQ(publish_event(world.services, request)->status, 200);
    const testing::Allocations counted = counter.so_far();
    for (const auto& connection : connections) {
        EXPECT_EQ(connection->outbox.bytes(), connections.front()->outbox.bytes());
        EXPECT_GT(connection->outbox.bytes(), size);
    }
    return counted;
}

TEST(FanOutMemory, OfOneMoreSubscriberIsNothing) {
    if (!testing::allocations_are_counted()) {
        GTEST_SKIP() << "a sanitizer brings its own heap";
    }
    constexpr std::size_t large = 100'000;
    const testing::Allocations one = publish(large, 1);
    const testing::Allocations thousand = publish(large, 1'000);
    EXPECT_GE(one.largest, large) << "the payload itself was not seen: the counter does not count";
    EXPECT_EQ(thousand.bytes, one.bytes);
    EXPECT_EQ(thousand.count, one.count);
}

}  // namespace
}  // namespace reverb
