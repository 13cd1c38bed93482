#include "net/frame_queue.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>

namespace reverb {
namespace {

FramePtr frame(std::size_t size, char fill = 'x') {
    return std::make_shared<const Frame>(std::string(size, fill));
}

TEST(FrameQueue, BeginsEmpty) {
    const FrameQueue queue;
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(queue.bytes(), 0U);
    EXPECT_TRUE(queue.next(1'000).empty());
}

TEST(FrameQueue, GivesFramesInOrderAndCountsTheirBytes) {
    FrameQueue queue;
    const FramePtr first = frame(10);
    const FramePtr second = frame(20);
    queue.add(first);
    queue.add(second);
    EXPECT_FALSE(queue.empty());
    EXPECT_EQ(queue.bytes(), 30U);
    ASSERT_EQ(queue.next(100).size(), 2U);
    EXPECT_EQ(queue.next(100)[0], first);
    EXPECT_EQ(queue.next(100)[1], second);
    queue.written(1);
    EXPECT_EQ(queue.bytes(), 20U);
    ASSERT_EQ(queue.next(100).size(), 1U);
    EXPECT_EQ(queue.next(100)[0], second);
    queue.written(1);
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(queue.bytes(), 0U);
}

TEST(FrameQueue, GivesAsMuchAsFits) {
    FrameQueue queue;
    for (int i = 0; i < 5; ++i) {
        queue.add(frame(10));
    }
    EXPECT_EQ(queue.next(50).size(), 5U);
    EXPECT_EQ(queue.next(49).size(), 4U);
    EXPECT_EQ(queue.next(10).size(), 1U);
    EXPECT_EQ(queue.next(9).size(), 1U) << "at least one, however large";
    EXPECT_EQ(queue.next(0).size(), 1U);
}

TEST(FrameQueue, SharesFramesAndLetsGoOfThem) {
    const FramePtr shared = frame(10);
    FrameQueue queue;
    queue.add(shared);
    EXPECT_EQ(shared.use_count(), 2);
    queue.written(1);
    EXPECT_EQ(shared.use_count(), 1);
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(queue.bytes(), 0U);
}

// What is done with must not be held for as long as something waits behind it.
TEST(FrameQueue, LetsGoOfMostOfWhatIsWrittenWhileMoreWaits) {
    FrameQueue queue;
    std::vector<std::weak_ptr<const Frame>> frames;
    for (int i = 0; i < 1'000; ++i) {
        const FramePtr one = frame(10);
        frames.push_back(one);
        queue.add(one);
    }
    queue.written(900);
    std::size_t held = 0;
    for (const auto& one : frames) {
        held += one.expired() ? 0 : 1;
    }
    EXPECT_EQ(held, 100U);
}

TEST(FrameQueue, AgreesWithAQueue) {
    FrameQueue queue;
    std::deque<FramePtr> model;
    std::size_t bytes = 0;
    std::mt19937 random(5);
    for (int step = 0; step < 50'000; ++step) {
        if (random() % 5 < 3 && model.size() < 300) {
            const FramePtr one = frame(random() % 40 + 1);
            queue.add(one);
            model.push_back(one);
            bytes += one->size();
        } else {
            const auto next = queue.next(random() % 200);
            ASSERT_EQ(next.empty(), model.empty());
            ASSERT_TRUE(std::equal(next.begin(), next.end(), model.begin()));
            const std::size_t taken = next.empty() ? 0 : random() % next.size() + 1;
            for (std::size_t i = 0; i < taken; ++i) {
                bytes -= model.front()->size();
                model.pop_front();
            }
            if (taken > 0) {
                queue.written(taken);
            }
        }
        ASSERT_EQ(queue.bytes(), bytes);
        ASSERT_EQ(queue.empty(), model.empty());
    }
}

}  // namespace
}  // namespace reverb
