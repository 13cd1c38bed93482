#include "hooks.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace reverb {
namespace {

HookEvent numbered(std::size_t number) {
    return {Hook::subscribed, "app", std::to_string(number), "channel", {}, {}, {}};
}

TEST(HookQueue, WantsNothingUntilAsked) {
    HookQueue hooks;
    for (unsigned hook = 0; hook < static_cast<unsigned>(Hook::count); ++hook) {
        EXPECT_FALSE(hooks.wanted(static_cast<Hook>(hook)));
    }
    hooks.want(Hook::subscribed, true);
    hooks.want(Hook::log, true);
    hooks.want(Hook::log, false);
    hooks.want(Hook::message_received, false);
    for (unsigned hook = 0; hook < static_cast<unsigned>(Hook::count); ++hook) {
        EXPECT_EQ(hooks.wanted(static_cast<Hook>(hook)), hook == unsigned{7});
    }
    static_assert(static_cast<unsigned>(Hook::subscribed) == 7);
}

TEST(HookQueue, GivesEventsInOrderAndOnce) {
    HookQueue hooks;
    hooks.push(numbered(1));
    hooks.push({Hook::log, {}, "warning", "title", "detail", {}, {}});
    const auto events = hooks.take();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].subject, "1");
    EXPECT_EQ(events[1].hook, Hook::log);
    EXPECT_EQ(events[1].detail, "detail");
    EXPECT_TRUE(hooks.take().empty());
}

TEST(HookQueue, WakesWhenItWasEmpty) {
    HookQueue hooks;
    int woken = 0;
    hooks.on_push([&] { ++woken; });
    hooks.push(numbered(1));
    hooks.push(numbered(2));
    EXPECT_EQ(woken, 1);
    EXPECT_EQ(hooks.take().size(), 2U);
    hooks.push(numbered(3));
    EXPECT_EQ(woken, 2);
}

TEST(HookQueue, MayBeTakenFromWithinTheWakeUp) {
    HookQueue hooks;
    std::size_t taken = 0;
    hooks.on_push([&] { taken += hooks.take().size(); });
    hooks.push(numbered(1));
    hooks.push(numbered(2));
    EXPECT_EQ(taken, 2U);
}

TEST(HookQueue, DropsAndCountsWhatDoesNotFit) {
    HookQueue hooks;
    for (std::size_t i = 0; i < HookQueue::capacity; ++i) {
        hooks.push(numbered(i));
    }
    EXPECT_EQ(hooks.dropped(), 0U);
    hooks.push(numbered(HookQueue::capacity));
    hooks.push(numbered(HookQueue::capacity + 1));
    EXPECT_EQ(hooks.dropped(), 2U);
    const auto events = hooks.take();
    ASSERT_EQ(events.size(), HookQueue::capacity);
    EXPECT_EQ(events.front().subject, "0") << "the oldest stay";
    EXPECT_EQ(events.back().subject, std::to_string(HookQueue::capacity - 1));
    hooks.push(numbered(7));
    EXPECT_EQ(hooks.take().size(), 1U);
    EXPECT_EQ(hooks.dropped(), 2U);
}

TEST(HookQueue, CountsWhatIsGivenUp) {
    HookQueue hooks;
    for (std::size_t i = 0; i < 5; ++i) {
        hooks.push(numbered(i));
    }
    EXPECT_EQ(hooks.drop(3), 8U);
    EXPECT_EQ(hooks.dropped(), 8U);
    EXPECT_EQ(hooks.waiting(), 0U);
    EXPECT_EQ(hooks.drop(0), 0U);
    hooks.push(numbered(7));
    EXPECT_EQ(hooks.take().size(), 1U);
}

// What many threads push is taken or counted as dropped: nothing is lost in silence.
TEST(HookQueue, AccountsForEveryEventOfManyThreads) {
    constexpr std::size_t threads = 4;
    constexpr std::size_t each = 30'000;
    HookQueue hooks;
    std::atomic<bool> done{false};
    std::size_t taken = 0;
    std::thread owner([&] {
        while (!done) {
            taken += hooks.take().size();
        }
        taken += hooks.take().size();
    });
    std::vector<std::thread> pushers;
    for (std::size_t i = 0; i < threads; ++i) {
        pushers.emplace_back([&] {
            for (std::size_t number = 0; number < each; ++number) {
                hooks.push(numbered(number));
            }
        });
    }
    for (std::thread& pusher : pushers) {
        pusher.join();
    }
    done = true;
    owner.join();
    EXPECT_EQ(taken + hooks.dropped(), threads * each);
}

}  // namespace
}  // namespace reverb
