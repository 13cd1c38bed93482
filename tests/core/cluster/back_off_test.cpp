#include "cluster/back_off.h"

#include <gtest/gtest.h>

#include <set>

namespace reverb {
namespace {

using std::chrono::milliseconds;

TEST(BackOff, DoublesUpToItsLimitAndStartsAgain) {
    BackOff waits(milliseconds(100), milliseconds(5'000));
    for (int round = 0; round < 2; ++round) {
        for (const int whole : {100, 200, 400, 800, 1'600, 3'200, 5'000, 5'000, 5'000}) {
            const milliseconds wait = waits.next();
            EXPECT_GE(wait, milliseconds(whole / 2));
            EXPECT_LE(wait, milliseconds(whole));
        }
        waits.reset();
    }
}

TEST(BackOff, DiffersFromOneToTheOther) {
    std::set<milliseconds> seen;
    for (int i = 0; i < 20; ++i) {
        BackOff waits(milliseconds(1'000), milliseconds(5'000));
        seen.insert(waits.next());
    }
    EXPECT_GT(seen.size(), 1U);
}

}  // namespace
}  // namespace reverb
