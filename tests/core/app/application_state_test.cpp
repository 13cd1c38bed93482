#include "app/application_state.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <thread>
#include <vector>

#include "support/application.h"

namespace reverb {
namespace {

ApplicationState limited_to(std::optional<std::uint32_t> max_connections) {
    Application application = testing::test_application();
    application.max_connections = max_connections;
    return ApplicationState(application);
}

TEST(ApplicationState, AdmitsAnyNumberWithoutALimit) {
    ApplicationState state = limited_to(std::nullopt);
    for (int i = 0; i < 10'000; ++i) {
        ASSERT_TRUE(state.admit_connection());
    }
    EXPECT_EQ(state.connections(), 10'000U);
}

TEST(ApplicationState, AdmitsUpToTheLimitAndNotOneMore) {
    ApplicationState state = limited_to(3);
    EXPECT_TRUE(state.admit_connection());
    EXPECT_TRUE(state.admit_connection());
    EXPECT_TRUE(state.admit_connection());
    EXPECT_FALSE(state.admit_connection());
    EXPECT_EQ(state.connections(), 3U);
    state.release_connection();
    EXPECT_TRUE(state.admit_connection());
    EXPECT_FALSE(state.admit_connection());
}

TEST(ApplicationState, AdmitsNobodyWithALimitOfZero) {
    ApplicationState state = limited_to(0);
    EXPECT_FALSE(state.admit_connection());
    EXPECT_EQ(state.connections(), 0U);
}

// Again and again one place, and all threads ask for it in the same moment.
TEST(ApplicationState, IsExactWhenManyThreadsAskAtOnce) {
    constexpr int threads = 4;
    constexpr int rounds = 20'000;
    ApplicationState state = limited_to(1);
    std::atomic<int> admitted{0};
    std::atomic<int> wrong{0};
    // Between two rounds, while nobody asks.
    std::barrier round(threads, [&]() noexcept {
        if (admitted.exchange(0) != 1 || state.connections() != 1 || state.admit_connection()) {
            ++wrong;
        }
        while (state.connections() > 0) {
            state.release_connection();
        }
    });
    std::vector<std::jthread> askers;
    for (int i = 0; i < threads; ++i) {
        askers.emplace_back([&] {
            for (int turn = 0; turn < rounds; ++turn) {
                admitted += state.admit_connection() ? 1 : 0;
                round.arrive_and_wait();
            }
        });
    }
    askers.clear();
    EXPECT_EQ(wrong, 0);
}

TEST(ApplicationState, NeverHasMoreThanTheLimitWhileConnectionsComeAndGo) {
    constexpr int limit = 3;
    ApplicationState state = limited_to(limit);
    std::atomic<int> open{0};
    std::atomic<int> most{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 6; ++i) {
        threads.emplace_back([&] {
            for (int turn = 0; turn < 20'000; ++turn) {
                if (state.admit_connection()) {
                    const int now = ++open;
                    int seen = most;
                    while (now > seen && !most.compare_exchange_weak(seen, now)) {
                    }
                    --open;
                    state.release_connection();
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_LE(most, limit);
    EXPECT_EQ(state.connections(), 0U);
}

TEST(ApplicationState, CountsChannels) {
    ApplicationState state = limited_to(std::nullopt);
    state.channel_created();
    state.channel_created();
    state.channel_removed();
    EXPECT_EQ(state.channels(), 1U);
}

}  // namespace
}  // namespace reverb
