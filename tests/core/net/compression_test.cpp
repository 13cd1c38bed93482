#include "net/compression.h"

#include <gtest/gtest.h>

#include <string>

#include "pusher/codec.h"
#include "support/zlib_message.h"

namespace reverb {
namespace {

class CompressionTest : public ::testing::Test {
  protected:
    Counters counters_;
    Compression compression_{{.enabled = true, .threshold = 100, .level = 3}, counters_};
};

TEST_F(CompressionTest, MakesOneTwinForAll) {
    const FramePtr frame = text_frame(std::string(1'000, 'x'));
    const FramePtr twin = compression_.of(frame);
    EXPECT_LT(twin->size(), 50U);
    EXPECT_EQ(twin->bytes()[0], '\xC1');
    EXPECT_EQ(testing::inflate_message(frame_payload(*twin)), std::string(1'000, 'x'));
    EXPECT_EQ(compression_.of(frame), twin);
    // On another thread.
    Compression other({.enabled = true, .threshold = 100, .level = 9}, counters_);
    EXPECT_EQ(other.of(frame), twin);
    EXPECT_EQ(counters_.messages_compressed, 1U);
}

TEST_F(CompressionTest, LeavesShortMessagesAlone) {
    for (const std::size_t size : {0U, 1U, 98U, 99U}) {
        const FramePtr frame = text_frame(std::string(size, 'x'));
        EXPECT_EQ(compression_.of(frame), frame) << size;
    }
    const FramePtr frame = text_frame(std::string(100, 'x'));
    EXPECT_NE(compression_.of(frame), frame);
    EXPECT_EQ(counters_.messages_compressed, 1U);
}

TEST_F(CompressionTest, LeavesTheLargestMessagesAlone) {
    const FramePtr largest = text_frame(std::string(Compression::largest - 10, 'x'));
    EXPECT_NE(compression_.of(largest), largest);
    const FramePtr larger = text_frame(std::string(Compression::largest, 'x'));
    EXPECT_EQ(compression_.of(larger), larger);
}

TEST_F(CompressionTest, LeavesAloneWhatGetsNoShorter) {
    Compression eager({.enabled = true, .threshold = 0, .level = 9}, counters_);
    const FramePtr short_noise = text_frame("qwertyuiopasdfghjkl");
    EXPECT_EQ(eager.of(short_noise), short_noise);
    const FramePtr empty = text_frame("");
    EXPECT_EQ(eager.of(empty), empty);
    EXPECT_EQ(counters_.messages_compressed, 0U);
}

// pusher:ping has a ping of the WebSocket layer behind it, which must not be lost.
TEST_F(CompressionTest, LeavesAloneWhatIsMoreThanOneMessage) {
    Compression eager({.enabled = true, .threshold = 0, .level = 9}, counters_);
    const FramePtr both = std::make_shared<const Frame>(
        text_frame(std::string(1'000, 'x'))->bytes() + ping_frame()->bytes());
    EXPECT_EQ(eager.of(both), both);
    EXPECT_EQ(eager.of(frames::ping()), frames::ping());
}

}  // namespace
}  // namespace reverb
