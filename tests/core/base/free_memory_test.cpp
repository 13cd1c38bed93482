#include "base/free_memory.h"

#include <gtest/gtest.h>

namespace reverb {
namespace {

void close(ReturnSchedule& schedule, int connections) {
    for (int i = 0; i < connections; ++i) {
        schedule.closed();
    }
}

// Ticks until it is due, at most `most` and one.
int ticks(ReturnSchedule& schedule, std::size_t connections, int most) {
    int count = 1;
    while (!schedule.due(connections) && count <= most) {
        ++count;
    }
    return count;
}

TEST(ReturnSchedule, WaitsForManyToGoAndForAPause) {
    ReturnSchedule schedule;
    close(schedule, 999);
    EXPECT_EQ(ticks(schedule, 0, 200), 201) << "too few";
    close(schedule, 1);
    EXPECT_EQ(ticks(schedule, 0, 200), 6) << "one goes, then a pause";
    EXPECT_EQ(ticks(schedule, 0, 200), 201) << "it was done";
}

TEST(ReturnSchedule, WaitsForAQuarterOfAllToGo) {
    ReturnSchedule schedule;
    close(schedule, 24'999);
    EXPECT_EQ(ticks(schedule, 100'000, 200), 201);
    close(schedule, 1);
    EXPECT_EQ(ticks(schedule, 100'000, 200), 6);
}

TEST(ReturnSchedule, DoesNotWaitForAPauseForEver) {
    ReturnSchedule schedule;
    int waited = 0;
    do {
        close(schedule, 5'000);
        ++waited;
    } while (!schedule.due(10) && waited < 1'000);
    EXPECT_EQ(waited, 100);
    close(schedule, 5'000);
    EXPECT_FALSE(schedule.due(10)) << "and then waits as long again";
}

}  // namespace
}  // namespace reverb
