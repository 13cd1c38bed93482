#include "net/event_loop.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "net/loop_timer.h"

namespace reverb {
namespace {

using std::chrono::milliseconds;

// What it does as ControlLoop is tested there.

TEST(EventLoop, RunsATaskOnceAfterItsDelay) {
    EventLoop loop;
    const auto begun = std::chrono::steady_clock::now();
    int fired = 0;
    std::uint64_t timer = 0;
    timer = loop.after(milliseconds(20), [&] {
        ++fired;
        EXPECT_FALSE(loop.cancel(timer)) << "it was still there";
        loop.after(milliseconds(30), [&] { loop.stop(); });
    });
    EXPECT_NE(timer, 0U);
    loop.run();
    EXPECT_EQ(fired, 1);
    EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(45));
}

TEST(EventLoop, CancelsATaskBeforeItsDelay) {
    EventLoop loop;
    int fired = 0;
    const auto timer = loop.after(milliseconds(5), [&] { ++fired; });
    EXPECT_TRUE(loop.cancel(timer));
    loop.after(milliseconds(20), [&] { loop.stop(); });
    loop.run();
    EXPECT_EQ(fired, 0);
}

TEST(EventLoop, DefersToTheEndOfTheTurn) {
    EventLoop loop;
    std::string order;
    loop.post([&] {
        loop.defer([&] {
            order += 'c';
            // Not in the same turn, and without waiting for anything.
            loop.defer([&] {
                order += 'e';
                loop.stop();
            });
            loop.post([&] { order += 'd'; });
        });
        order += 'a';
    });
    loop.post([&] { order += 'b'; });
    loop.run();
    EXPECT_TRUE(order == "abcde" || order == "abced") << order;
}

TEST(EventLoop, RunsWhatWasDeferredBeforeItRan) {
    EventLoop loop;
    bool ran = false;
    loop.defer([&] {
        ran = true;
        loop.stop();
    });
    loop.run();
    EXPECT_TRUE(ran);
}

TEST(LoopTimer, EndsWithItsOwner) {
    EventLoop loop;
    int fired = 0;
    {
        LoopTimer timer(loop);
        timer.every(milliseconds(1), [&] { ++fired; });
        timer.after(milliseconds(1), [&] { fired += 100; });  // in place of the first
        loop.after(milliseconds(20), [&] { loop.stop(); });
        loop.run();
        EXPECT_EQ(fired, 100);
        timer.every(milliseconds(1), [&] { ++fired; });
    }
    loop.after(milliseconds(20), [&] { loop.stop(); });
    loop.run();
    EXPECT_EQ(fired, 100);
}

}  // namespace
}  // namespace reverb
