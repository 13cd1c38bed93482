#include "net/frame_joiner.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace reverb {
namespace {

FramePtr frame(const std::string& bytes) {
    return std::make_shared<const Frame>(bytes);
}

TEST(FrameJoiner, GivesASingleFrameItself) {
    FrameJoiner joiner;
    const std::vector frames{frame("one")};
    EXPECT_EQ(joiner.join(frames).data(), frames.front()->bytes().data());
    EXPECT_EQ(joiner.join(frames), "one");
}

TEST(FrameJoiner, JoinsInOrder) {
    FrameJoiner joiner;
    EXPECT_EQ(joiner.join(std::vector{frame("a"), frame("bc"), frame(""), frame("d")}), "abcd");
    EXPECT_EQ(joiner.join(std::vector{frame("x"), frame("y")}), "xy");
}

TEST(FrameJoiner, GivesTheSameBytesForTheSameFrames) {
    FrameJoiner joiner;
    const FramePtr a = frame("aa");
    const FramePtr b = frame("bb");
    const FramePtr c = frame("cc");
    const std::vector ab{a, b};
    const std::string_view first = joiner.join(ab);
    EXPECT_EQ(first, "aabb");
    EXPECT_EQ(joiner.join(std::vector{a, b}).data(), first.data());
    EXPECT_EQ(joiner.join(std::vector{b, a}), "bbaa");
    EXPECT_EQ(joiner.join(std::vector{b, a, c}), "bbaacc");
    EXPECT_EQ(joiner.join(std::vector{b, a}), "bbaa");
    EXPECT_EQ(joiner.join(std::vector{c}), "cc");
    EXPECT_EQ(joiner.join(ab), "aabb");
}

TEST(FrameJoiner, HoldsFramesUntilItForgets) {
    FrameJoiner joiner;
    const FramePtr a = frame("a");
    {
        const std::vector frames{a, a};
        EXPECT_EQ(joiner.join(frames), "aa");
    }
    EXPECT_EQ(a.use_count(), 3) << "an address alone would not tell one frame from another";
    joiner.forget();
    EXPECT_EQ(a.use_count(), 1);
    EXPECT_EQ(joiner.join(std::vector{frame("b"), frame("c")}), "bc");
}

// Frames that come and go, often at the address of an earlier one.
TEST(FrameJoiner, IsNotMisledByAddressesUsedAgain) {
    FrameJoiner joiner;
    for (int round = 0; round < 1'000; ++round) {
        const std::string a = std::to_string(round);
        const std::string b = std::to_string(round * 7);
        const std::vector frames{frame(a), frame(b)};
        ASSERT_EQ(joiner.join(frames), a + b);
        if (round % 3 == 0) {
            joiner.forget();
        }
    }
}

}  // namespace
}  // namespace reverb
