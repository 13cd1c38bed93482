#include "app/application_usage.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <cstdint>
#include <optional>
#include <thread>
#include <vector>

namespace reverb {
namespace {

TEST(ApplicationUsage, AdmitsAnyNumberWithoutALimit) {
    ApplicationUsage usage(1);
    for (int i = 0; i < 10'000; ++i) {
        ASSERT_TRUE(usage.admit_connection(std::nullopt));
    }
    EXPECT_EQ(usage.connections(), 10'000U);
}

TEST(ApplicationUsage, AdmitsUpToTheLimitAndNotOneMore) {
    ApplicationUsage usage(1);
    EXPECT_TRUE(usage.admit_connection(3));
    EXPECT_TRUE(usage.admit_connection(3));
    EXPECT_TRUE(usage.admit_connection(3));
    EXPECT_FALSE(usage.admit_connection(3));
    EXPECT_EQ(usage.connections(), 3U);
    usage.release_connection();
    EXPECT_TRUE(usage.admit_connection(3));
    EXPECT_FALSE(usage.admit_connection(3));
}

TEST(ApplicationUsage, AdmitsNobodyWithALimitOfZero) {
    ApplicationUsage usage(1);
    EXPECT_FALSE(usage.admit_connection(0));
    EXPECT_EQ(usage.connections(), 0U);
}

// Again and again one place, and all threads ask for it in the same moment.
TEST(ApplicationUsage, IsExactWhenManyThreadsAskAtOnce) {
    constexpr int threads = 4;
    constexpr int rounds = 20'000;
    ApplicationUsage usage(1);
    std::atomic<int> admitted{0};
    std::atomic<int> wrong{0};
    // Between two rounds, while nobody asks.
    std::barrier round(threads, [&]() noexcept {
        if (admitted.exchange(0) != 1 || usage.connections() != 1 || usage.admit_connection(1)) {
            ++wrong;
        }
        while (usage.connections() > 0) {
            usage.release_connection();
        }
    });
    std::vector<std::jthread> askers;
    for (int i = 0; i < threads; ++i) {
        askers.emplace_back([&] {
            for (int turn = 0; turn < rounds; ++turn) {
                admitted += usage.admit_connection(1) ? 1 : 0;
                round.arrive_and_wait();
            }
        });
    }
    askers.clear();
    EXPECT_EQ(wrong, 0);
}

TEST(ApplicationUsage, NeverHasMoreThanTheLimitWhileConnectionsComeAndGo) {
    constexpr int limit = 3;
    ApplicationUsage usage(1);
    std::atomic<int> open{0};
    std::atomic<int> most{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 6; ++i) {
        threads.emplace_back([&] {
            for (int turn = 0; turn < 20'000; ++turn) {
                if (usage.admit_connection(limit)) {
                    const int now = ++open;
                    int seen = most;
                    while (now > seen && !most.compare_exchange_weak(seen, now)) {
                    }
                    --open;
                    usage.release_connection();
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_LE(most, limit);
    EXPECT_EQ(usage.connections(), 0U);
}

TEST(ApplicationUsage, CountsChannels) {
    ApplicationUsage usage(1);
    usage.channel_created();
    usage.channel_created();
    usage.channel_removed();
    EXPECT_EQ(usage.channels(), 1U);
}

TEST(ApplicationUsage, CountsMessagesOfEachThreadAndOfAll) {
    constexpr unsigned threads = 3;
    constexpr int rounds = 50'000;
    ApplicationUsage usage(threads);
    {
        std::vector<std::jthread> writers;
        for (unsigned thread = 0; thread < threads; ++thread) {
            writers.emplace_back([&usage, thread] {
                for (int i = 0; i < rounds; ++i) {
                    usage.message_received(thread);
                    usage.message_sent(thread);
                    usage.message_sent(thread);
                }
            });
        }
    }
    EXPECT_EQ(usage.messages_received(), std::uint64_t{threads} * rounds);
    EXPECT_EQ(usage.messages_sent(), std::uint64_t{threads} * rounds * 2);
}

}  // namespace
}  // namespace reverb
