#include "net/outbox.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>

namespace reverb {
namespace {

FramePtr frame(std::size_t size, char fill = 'x') {
    return std::make_shared<const std::string>(size, fill);
}

TEST(Outbox, BeginsEmpty) {
    const Outbox outbox;
    EXPECT_TRUE(outbox.empty());
    EXPECT_EQ(outbox.bytes(), 0U);
    EXPECT_TRUE(outbox.next(1'000).empty());
}

TEST(Outbox, GivesFramesInOrderAndCountsTheirBytes) {
    Outbox outbox;
    const FramePtr first = frame(10);
    const FramePtr second = frame(20);
    outbox.add(first);
    outbox.add(second);
    EXPECT_FALSE(outbox.empty());
    EXPECT_EQ(outbox.bytes(), 30U);
    ASSERT_EQ(outbox.next(100).size(), 2U);
    EXPECT_EQ(outbox.next(100)[0], first);
    EXPECT_EQ(outbox.next(100)[1], second);
    outbox.written(1);
    EXPECT_EQ(outbox.bytes(), 20U);
    ASSERT_EQ(outbox.next(100).size(), 1U);
    EXPECT_EQ(outbox.next(100)[0], second);
    outbox.written(1);
    EXPECT_TRUE(outbox.empty());
    EXPECT_EQ(outbox.bytes(), 0U);
}

TEST(Outbox, GivesAsMuchAsFits) {
    Outbox outbox;
    for (int i = 0; i < 5; ++i) {
        outbox.add(frame(10));
    }
    EXPECT_EQ(outbox.next(50).size(), 5U);
    EXPECT_EQ(outbox.next(49).size(), 4U);
    EXPECT_EQ(outbox.next(10).size(), 1U);
    EXPECT_EQ(outbox.next(9).size(), 1U) << "at least one, however large";
    EXPECT_EQ(outbox.next(0).size(), 1U);
}

TEST(Outbox, SharesFramesAndLetsGoOfThem) {
    const FramePtr shared = frame(10);
    Outbox outbox;
    outbox.add(shared);
    EXPECT_EQ(shared.use_count(), 2);
    outbox.written(1);
    EXPECT_EQ(shared.use_count(), 1);
    outbox.add(shared);
    outbox.add(shared);
    outbox.clear();
    EXPECT_EQ(shared.use_count(), 1);
    EXPECT_TRUE(outbox.empty());
    EXPECT_EQ(outbox.bytes(), 0U);
}

// What is done with must not be held for as long as something waits behind it.
TEST(Outbox, LetsGoOfMostOfWhatIsWrittenWhileMoreWaits) {
    Outbox outbox;
    std::vector<std::weak_ptr<const std::string>> frames;
    for (int i = 0; i < 1'000; ++i) {
        const FramePtr one = frame(10);
        frames.push_back(one);
        outbox.add(one);
    }
    outbox.written(900);
    std::size_t held = 0;
    for (const auto& one : frames) {
        held += one.expired() ? 0 : 1;
    }
    EXPECT_EQ(held, 100U);
}

TEST(Outbox, AgreesWithAQueue) {
    Outbox outbox;
    std::deque<FramePtr> model;
    std::size_t bytes = 0;
    std::mt19937 random(5);
    for (int step = 0; step < 50'000; ++step) {
        if (random() % 5 < 3 && model.size() < 300) {
            const FramePtr one = frame(random() % 40 + 1);
            outbox.add(one);
            model.push_back(one);
            bytes += one->size();
        } else if (random() % 500 == 0) {
            outbox.clear();
            model.clear();
            bytes = 0;
        } else {
            const auto next = outbox.next(random() % 200);
            ASSERT_EQ(next.empty(), model.empty());
            ASSERT_TRUE(std::equal(next.begin(), next.end(), model.begin()));
            const std::size_t taken = next.empty() ? 0 : random() % next.size() + 1;
            for (std::size_t i = 0; i < taken; ++i) {
                bytes -= model.front()->size();
                model.pop_front();
            }
            if (taken > 0) {
                outbox.written(taken);
            }
        }
        ASSERT_EQ(outbox.bytes(), bytes);
        ASSERT_EQ(outbox.empty(), model.empty());
    }
}

}  // namespace
}  // namespace reverb
