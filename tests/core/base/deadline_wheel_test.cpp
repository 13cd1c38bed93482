#include "base/deadline_wheel.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <vector>

namespace reverb {
namespace {

constexpr std::uint64_t tick = DeadlineWheel::granularity_ms;
constexpr std::uint64_t start = 1'000 * tick;
// More than the wheel goes round in, whatever its size is.
constexpr std::uint64_t long_time = 10'000 * tick;

class Alarm final : public Deadline {
  public:
    void expired(std::uint64_t now_ms) override {
        ++times;
        at = now_ms;
        // A copy: what is called may end this alarm.
        if (const auto call = then) {
            call(now_ms);
        }
    }
    int times = 0;
    std::uint64_t at = 0;
    std::function<void(std::uint64_t)> then;
};

TEST(DeadlineWheel, FiresOnceAndNeverEarly) {
    DeadlineWheel wheel(start);
    Alarm alarm;
    const std::uint64_t due = start + 5 * tick + 1;
    wheel.arm(alarm, due);
    for (std::uint64_t now = start; now < due; ++now) {
        wheel.advance(now);
        ASSERT_EQ(alarm.times, 0) << now - start;
    }
    wheel.advance(due + tick);
    EXPECT_EQ(alarm.times, 1);
    EXPECT_EQ(alarm.at, due + tick);
    wheel.advance(start + long_time);
    EXPECT_EQ(alarm.times, 1);
}

TEST(DeadlineWheel, FiresAtMostOneTickLate) {
    for (std::uint64_t after = 1; after <= 3 * tick; ++after) {
        DeadlineWheel wheel(start);
        Alarm alarm;
        wheel.arm(alarm, start + after);
        wheel.advance(start + after + tick);
        ASSERT_EQ(alarm.times, 1) << after;
    }
}

TEST(DeadlineWheel, FiresSoonWhatIsPastWhenArmed) {
    DeadlineWheel wheel(start);
    Alarm alarm;
    wheel.arm(alarm, start - 1);
    wheel.advance(start + tick);
    EXPECT_EQ(alarm.times, 1);
}

TEST(DeadlineWheel, KnowsOneDeadlineEach) {
    DeadlineWheel wheel(start);
    Alarm later;
    wheel.arm(later, start + tick);
    wheel.arm(later, start + 10 * tick);
    wheel.advance(start + 9 * tick);
    EXPECT_EQ(later.times, 0);
    wheel.advance(start + 10 * tick);
    EXPECT_EQ(later.times, 1);

    Alarm earlier;
    wheel.arm(earlier, start + 30 * tick);
    wheel.arm(earlier, start + 20 * tick);
    wheel.advance(start + 20 * tick);
    EXPECT_EQ(earlier.times, 1);
    wheel.advance(start + 40 * tick);
    EXPECT_EQ(earlier.times, 1);
}

TEST(DeadlineWheel, ForgetsWhatIsCancelled) {
    DeadlineWheel wheel(start);
    Alarm alarm;
    wheel.cancel(alarm);
    wheel.arm(alarm, start + tick);
    wheel.cancel(alarm);
    wheel.advance(start + long_time);
    EXPECT_EQ(alarm.times, 0);
}

TEST(DeadlineWheel, DoesNotFireARoundEarly) {
    DeadlineWheel wheel(start);
    Alarm alarm;
    wheel.arm(alarm, start + long_time);
    for (std::uint64_t now = start; now < start + long_time; now += tick) {
        wheel.advance(now);
        ASSERT_EQ(alarm.times, 0);
    }
    wheel.advance(start + long_time);
    EXPECT_EQ(alarm.times, 1);
}

TEST(DeadlineWheel, CatchesUpAfterALongPause) {
    DeadlineWheel wheel(start);
    std::vector<Alarm> alarms(3'000);
    for (std::size_t i = 0; i < alarms.size(); ++i) {
        wheel.arm(alarms[i], start + i * tick);
    }
    Alarm not_yet;
    wheel.arm(not_yet, start + long_time + 1);
    wheel.advance(start + long_time);
    for (const Alarm& alarm : alarms) {
        ASSERT_EQ(alarm.times, 1);
    }
    EXPECT_EQ(not_yet.times, 0);
}

TEST(DeadlineWheel, MayBeArmedAnewFromWithin) {
    DeadlineWheel wheel(start);
    Alarm alarm;
    alarm.then = [&](std::uint64_t now) { wheel.arm(alarm, now + 2 * tick); };
    wheel.arm(alarm, start + tick);
    for (std::uint64_t now = start; now <= start + 9 * tick; now += tick) {
        wheel.advance(now);
    }
    EXPECT_EQ(alarm.times, 5);  // after 1, 3, 5, 7 and 9 ticks
}

// All of one slot, so that each is a neighbour of the others.
TEST(DeadlineWheel, MayLoseOthersFromWithin) {
    for (std::size_t killer = 0; killer < 4; ++killer) {
        for (std::size_t victim = 0; victim < 4; ++victim) {
            DeadlineWheel wheel(start);
            std::vector<std::unique_ptr<Alarm>> alarms;
            int fired = 0;
            for (std::size_t i = 0; i < 4; ++i) {
                alarms.push_back(std::make_unique<Alarm>());
                alarms.back()->then = [&fired](std::uint64_t) { ++fired; };
                wheel.arm(*alarms.back(), start + tick);
            }
            bool victim_fired = false;
            if (victim != killer) {
                alarms[victim]->then = [&](std::uint64_t) {
                    ++fired;
                    victim_fired = true;
                };
            }
            alarms[killer]->then = [&](std::uint64_t) {
                ++fired;
                alarms[victim].reset();  // or itself: a connection may end in its own deadline
            };
            wheel.advance(start + tick);
            EXPECT_EQ(fired, victim == killer || victim_fired ? 4 : 3) << killer << ' ' << victim;
        }
    }
}

TEST(DeadlineWheel, IsLeftByADeadlineThatEnds) {
    DeadlineWheel wheel(start);
    Alarm before;
    Alarm after;
    wheel.arm(before, start + tick);
    {
        Alarm gone;
        wheel.arm(gone, start + tick);
        wheel.arm(after, start + tick);
    }
    wheel.advance(start + tick);
    EXPECT_EQ(before.times, 1);
    EXPECT_EQ(after.times, 1);
}

TEST(DeadlineWheel, MayEndBeforeItsDeadlines) {
    Alarm alarm;
    Alarm other;
    {
        DeadlineWheel wheel(start);
        wheel.arm(alarm, start + tick);
        wheel.arm(other, start + tick);
    }
    DeadlineWheel another(start);
    another.arm(alarm, start + tick);
    another.advance(start + tick);
    EXPECT_EQ(alarm.times, 1);
    EXPECT_EQ(other.times, 0);
}

// Against a plain list of deadlines: whatever is armed, moved and cancelled, each fires in the
// first sweep that is a tick past it, and in none before it is due.
TEST(DeadlineWheel, AgreesWithAModel) {
    constexpr std::size_t count = 200;
    std::mt19937 random(20'260);
    const auto any = [&](std::uint64_t below) {
        return std::uniform_int_distribution<std::uint64_t>(0, below - 1)(random);
    };
    DeadlineWheel wheel(start);
    std::vector<Alarm> alarms(count);
    std::vector<std::optional<std::uint64_t>> due(count);
    std::uint64_t now = start;
    for (int step = 0; step < 20'000; ++step) {
        const auto which = static_cast<std::size_t>(any(count));
        switch (any(4)) {
            case 0:
                wheel.cancel(alarms[which]);
                due[which].reset();
                break;
            case 1:
            case 2:
                due[which] = now + any(any(10) == 0 ? 2'000 * tick : 20 * tick);
                wheel.arm(alarms[which], *due[which]);
                break;
            default:
                now += any(any(50) == 0 ? 1'500 * tick : 3 * tick);
                wheel.advance(now);
                for (std::size_t i = 0; i < count; ++i) {
                    if (alarms[i].times > 0) {
                        ASSERT_TRUE(due[i]) << "fired after it was cancelled";
                        ASSERT_LE(*due[i], now) << "fired early";
                        ASSERT_EQ(alarms[i].times, 1);
                        due[i].reset();
                    } else if (due[i]) {
                        ASSERT_LT(now, *due[i] + tick) << "did not fire";
                    }
                    alarms[i].times = 0;
                }
        }
    }
}

}  // namespace
}  // namespace reverb
