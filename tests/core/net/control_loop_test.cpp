#include "net/control_loop.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "net/end_signals.h"
#include "support/eventually.h"

namespace reverb {
namespace {

using std::chrono::milliseconds;

std::atomic<int> caught_by_others{0};

// Puts a handler of the test's in place, and the one before back at the end.
class OtherHandler {
  public:
    explicit OtherHandler(int signal) : signal_(signal) {
        caught_by_others = 0;
        install(signal, &before_);
    }
    ~OtherHandler() { ::sigaction(signal_, &before_, nullptr); }
    OtherHandler(const OtherHandler&) = delete;
    OtherHandler& operator=(const OtherHandler&) = delete;

    static void install(int signal, struct sigaction* before = nullptr) {
        struct sigaction action {};
        action.sa_handler = [](int) { ++caught_by_others; };
        ::sigaction(signal, &action, before);
    }

  private:
    int signal_;
    struct sigaction before_ {};
};

TEST(ControlLoop, RunsWhatIsPostedInOrderOnItsThread) {
    ControlLoop loop;
    const auto here = std::this_thread::get_id();
    std::vector<int> ran;
    bool elsewhere = false;
    std::thread poster([&] {
        for (int i = 0; i < 1'000; ++i) {
            loop.post([&, i] {
                ran.push_back(i);
                elsewhere = elsewhere || std::this_thread::get_id() != here;
            });
        }
        loop.stop();
    });
    loop.run();
    poster.join();
    ASSERT_EQ(ran.size(), 1'000U);
    for (int i = 0; i < 1'000; ++i) {
        ASSERT_EQ(ran[static_cast<std::size_t>(i)], i);
    }
    EXPECT_FALSE(elsewhere);
}

TEST(ControlLoop, MayBeToldToStopBeforeItRunsAndRunAgain) {
    ControlLoop loop;
    loop.stop();
    loop.run();
    int ran = 0;
    loop.post([&] { ++ran; });
    loop.stop();
    loop.run();
    EXPECT_EQ(ran, 1);
}

TEST(ControlLoop, RunsATimerUntilItIsCancelled) {
    ControlLoop loop;
    int ticks = 0;
    int after = 0;
    std::uint64_t timer = 0;
    timer = loop.every(milliseconds(1), [&] {
        if (++ticks == 5) {
            EXPECT_TRUE(loop.cancel(timer));
            EXPECT_FALSE(loop.cancel(timer));
            // More than the cancelled one would take for its next turn.
            loop.every(milliseconds(5), [&] {
                if (++after == 5) {
                    loop.stop();
                }
            });
        }
    });
    loop.run();
    EXPECT_EQ(ticks, 5) << "it fired after it had cancelled itself";
    EXPECT_EQ(after, 5);
}

TEST(ControlLoop, LetsATimerCancelOthersThatAreDue) {
    ControlLoop loop;
    std::uint64_t first = 0;
    std::uint64_t second = 0;
    int fired = 0;
    first = loop.every(milliseconds(1), [&] {
        ++fired;
        loop.cancel(first);
        loop.cancel(second);
        loop.every(milliseconds(5), [&] { loop.stop(); });
    });
    second = loop.every(milliseconds(1), [&] {
        ++fired;
        loop.cancel(first);
        loop.cancel(second);
        loop.every(milliseconds(5), [&] { loop.stop(); });
    });
    EXPECT_NE(first, second);
    std::this_thread::sleep_for(milliseconds(5));  // so that both are due at once
    loop.run();
    EXPECT_EQ(fired, 1);
}

TEST(ControlLoop, DoesNotFireBeforeTheInterval) {
    ControlLoop loop;
    const auto begun = std::chrono::steady_clock::now();
    loop.every(milliseconds(50), [&] { loop.stop(); });
    loop.run();
    EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(45));
}

// The loop's clock stands still while a task runs.
TEST(ControlLoop, CountsATimersIntervalFromItsStartHoweverLongTheTaskHasRun) {
    ControlLoop loop;
    std::chrono::steady_clock::time_point begun;
    loop.post([&] {
        std::this_thread::sleep_for(milliseconds(100));
        begun = std::chrono::steady_clock::now();
        loop.every(milliseconds(50), [&] { loop.stop(); });
    });
    loop.run();
    EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(45));
}

TEST(ControlLoop, EndsATurnWhoseTimersStartTimersThatAreDueBeforeTheyEnd) {
    ControlLoop loop;
    int ran = 0;
    const std::function<void()> start_again = [&] {
        std::this_thread::sleep_for(milliseconds(3));
        if (++ran < 100) {
            loop.after(milliseconds(1), start_again);
        }
    };
    loop.after(milliseconds(1), start_again);
    loop.after(milliseconds(1), start_again);
    loop.after(milliseconds(1), [&] { loop.stop(); });
    loop.run();
    EXPECT_LT(ran, 10);
}

TEST(ControlLoop, KnowsNoTimerThatIsNot) {
    ControlLoop loop;
    EXPECT_FALSE(loop.cancel(0));
    EXPECT_FALSE(loop.cancel(17));
}

TEST(ControlLoop, TakesSignalsOverAndPutsThemBack) {
    const OtherHandler other(SIGUSR1);
    std::vector<int> caught;
    {
        ControlLoop loop;
        loop.on_signal(SIGUSR1, [&](int signal) {
            caught.push_back(signal);
            loop.stop();
        });
        ::kill(::getpid(), SIGUSR1);
        loop.run();
        EXPECT_EQ(caught, (std::vector{SIGUSR1}));
        EXPECT_EQ(caught_by_others, 0);
    }
    ::raise(SIGUSR1);
    EXPECT_EQ(caught_by_others, 1);
    EXPECT_EQ(caught.size(), 1U);
}

TEST(ControlLoop, HearsSeveralSignals) {
    const OtherHandler first(SIGUSR1);
    const OtherHandler second(SIGUSR2);
    ControlLoop loop;
    std::vector<int> caught;
    for (const int signal : {SIGUSR1, SIGUSR2}) {
        loop.on_signal(signal, [&](int number) {
            caught.push_back(number);
            if (caught.size() == 2) {
                loop.stop();
            }
        });
    }
    ::raise(SIGUSR1);
    ::raise(SIGUSR2);
    loop.run();
    EXPECT_EQ(caught, (std::vector{SIGUSR1, SIGUSR2}));
}

// As pcntl_signal() does in a listener.
TEST(ControlLoop, TakesASignalBackFromSomebodyWhoReplacedTheHandler) {
    const OtherHandler other(SIGUSR1);
    ControlLoop loop;
    int caught = 0;
    loop.on_signal(SIGUSR1, [&](int) {
        ++caught;
        loop.stop();
    });
    loop.post([&] {
        OtherHandler::install(SIGUSR1);
        ::raise(SIGUSR1);
        EXPECT_EQ(caught_by_others, 1) << "the handler was not replaced: this test shows nothing";
        loop.rearm_signals();
        ::raise(SIGUSR1);
    });
    loop.run();
    EXPECT_EQ(caught, 1);
    EXPECT_EQ(caught_by_others, 1);
}

TEST(ControlLoop, LetsAHandlerBeReplacedFromWithin) {
    const OtherHandler other(SIGUSR1);
    ControlLoop loop;
    std::vector<std::string> caught;
    const std::string first = "first, long enough to lie on the heap and not within the function";
    loop.on_signal(SIGUSR1, [&, first](int) {
        loop.on_signal(SIGUSR1, [&](int) {
            caught.emplace_back("second");
            loop.stop();
        });
        caught.push_back(first);
        ::raise(SIGUSR1);
    });
    ::raise(SIGUSR1);
    loop.run();
    EXPECT_EQ(caught, (std::vector<std::string>{first, "second"}));
}

// Between the loop's handler and the one before there must be no moment of the default action,
// which would end this process.
TEST(ControlLoop, NeverLeavesASignalToItsDefaultAction) {
    const OtherHandler other(SIGUSR1);
    std::atomic<int> caught{0};
    const std::jthread sender([](const std::stop_token& stop) {
        sigset_t mine;
        ::sigemptyset(&mine);
        ::sigaddset(&mine, SIGUSR1);
        ::pthread_sigmask(SIG_BLOCK, &mine, nullptr);
        while (!stop.stop_requested()) {
            ::kill(::getpid(), SIGUSR1);
            std::this_thread::sleep_for(std::chrono::microseconds(20));
        }
    });
    EXPECT_TRUE(testing::eventually([&] {
        ControlLoop loop;
        loop.on_signal(SIGUSR1, [&](int) { ++caught; });
        loop.stop();
        loop.run();
        return caught > 5 && caught_by_others > 30;
    }));
}

// Two signals that ask to end, while a task works or not.
int hear_two_signals(bool busy) {
    ControlLoop loop;
    int caught = 0;
    int told = 0;
    for (const int signal : {SIGTERM, SIGINT}) {
        loop.on_end_signal(signal, [&](int) {
            if (++caught == 2) {
                loop.stop();
            }
        });
    }
    loop.post([&] {
        std::optional<EndSignals::Busy> working;
        if (busy) {
            working.emplace([](void* count) noexcept { ++*static_cast<int*>(count); }, &told);
        }
        ::raise(SIGTERM);
        if (busy) {
            std::fprintf(stderr, "told %d", told);
        }
        ::raise(SIGINT);
    });
    loop.run();
    return caught;
}

TEST(ControlLoop, HearsEverySignalThatAsksToEndWhileNothingKeepsItBusy) {
    EXPECT_EQ(hear_two_signals(false), 2);
}

TEST(ControlLoopDeathTest, EndsTheProcessByTheSecondSignalWhileItIsBusy) {
    EXPECT_EXIT(std::exit(hear_two_signals(true)), ::testing::KilledBySignal(SIGINT), "told 1");
}

TEST(ControlLoop, TellsAtOnceOfASignalThatAsksToEndWhileItIsBusy) {
    ControlLoop loop;
    int caught = 0;
    int told = 0;
    loop.on_end_signal(SIGTERM, [&](int) {
        ++caught;
        loop.stop();
    });
    loop.post([&] {
        {
            const EndSignals::Busy outer([](void* count) noexcept { ++*static_cast<int*>(count); },
                                         &told);
            {
                const EndSignals::Busy inner([](void*) noexcept {}, nullptr);
            }
            ::raise(SIGTERM);
        }
        EXPECT_EQ(told, 1);
        EXPECT_EQ(caught, 0);
    });
    loop.run();
    EXPECT_EQ(caught, 1);
}

TEST(ControlLoop, EndsInAForkedChildAndGoesOnInItsParent) {
    const OtherHandler other(SIGUSR1);
    ControlLoop loop;
    const pid_t parent = ::getpid();
    pid_t child = -1;
    int later = 0;
    loop.on_signal(SIGUSR1, [&](int) { ++later; });
    loop.post([&] { child = ::fork(); });
    loop.post([&] {
        ++later;
        loop.stop();
    });
    loop.run();
    if (::getpid() != parent) {
        // No other task ran here, and the signal is the other handler's again.
        ::raise(SIGUSR1);
        ::_exit(later == 0 && caught_by_others == 1 ? 0 : 1);
    }
    EXPECT_EQ(later, 1);
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

// libuv takes the signal there for one that the parent's loop has, and puts no handler of its own.
TEST(ControlLoop, ASignalThatAsksToEndEndsALoopOfAForkedChild) {
    ControlLoop loop;
    loop.on_end_signal(SIGTERM, [](int) {});
    int status = 0;
    loop.post([&] {
        const pid_t child = ::fork();
        if (child == 0) {
            ControlLoop own;
            own.on_end_signal(SIGTERM, [&](int) { own.stop(); });
            own.post([] { ::raise(SIGTERM); });
            own.run();
            ::_exit(0);
        }
        ::waitpid(child, &status, 0);
        loop.stop();
    });
    loop.run();
    EXPECT_TRUE(WIFEXITED(status) || WTERMSIG(status) == SIGTERM) << status;
}

}  // namespace
}  // namespace reverb
