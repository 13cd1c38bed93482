#include "base/mailbox.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace reverb {
namespace {

TEST(Mailbox, AsksForAWakeUpOnlyWhenItWasEmpty) {
    Mailbox<int> mailbox;
    EXPECT_TRUE(mailbox.put(1));
    EXPECT_FALSE(mailbox.put(2));
    std::vector<int> taken;
    mailbox.take(taken);
    EXPECT_EQ(taken, (std::vector{1, 2}));
    EXPECT_TRUE(mailbox.put(3));
}

TEST(Mailbox, GivesNothingWhenNothingWaits) {
    Mailbox<int> mailbox;
    std::vector<int> taken;
    mailbox.take(taken);
    EXPECT_TRUE(taken.empty());
}

TEST(Mailbox, MovesMessages) {
    Mailbox<std::unique_ptr<int>> mailbox;
    EXPECT_TRUE(mailbox.put(std::make_unique<int>(7)));
    std::vector<std::unique_ptr<int>> taken;
    mailbox.take(taken);
    ASSERT_EQ(taken.size(), 1U);
    EXPECT_EQ(*taken.front(), 7);
}

// Every message arrives once, each thread's in its order, and an owner that takes only when it was
// woken misses none.
TEST(Mailbox, LosesNothingBetweenThreads) {
    constexpr int producers = 4;
    constexpr int each = 20'000;
    struct Message {
        int producer;
        int number;
    };
    Mailbox<Message> mailbox;
    std::atomic<int> wakes{0};
    std::vector<std::thread> threads;
    for (int producer = 0; producer < producers; ++producer) {
        threads.emplace_back([&, producer] {
            for (int number = 0; number < each; ++number) {
                if (mailbox.put({producer, number})) {
                    ++wakes;
                    wakes.notify_one();
                }
            }
        });
    }
    std::array<int, producers> next{};
    int seen_wakes = 0;
    int received = 0;
    std::vector<Message> taken;
    while (received < producers * each) {
        wakes.wait(seen_wakes);
        seen_wakes = wakes;
        mailbox.take(taken);
        for (const Message& message : taken) {
            ASSERT_EQ(message.number, next.at(static_cast<std::size_t>(message.producer))++);
            ++received;
        }
        taken.clear();
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    mailbox.take(taken);
    EXPECT_TRUE(taken.empty());
}

}  // namespace
}  // namespace reverb
