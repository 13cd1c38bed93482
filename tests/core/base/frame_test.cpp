#include "base/frame.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace reverb {
namespace {

std::string framed(std::size_t size) {
    return text_frame(std::string(size, 'x'))->bytes();
}

// RFC 6455, 5.7: the unmasked text message "Hello".
TEST(TextFrame, IsTheExampleOfTheRfc) {
    EXPECT_EQ(text_frame("Hello")->bytes(), std::string("\x81\x05Hello"));
}

TEST(TextFrame, MayBeEmpty) {
    EXPECT_EQ(text_frame("")->bytes(), std::string("\x81\x00", 2));
}

TEST(TextFrame, TakesTheShortestFormOfTheLength) {
    EXPECT_EQ(framed(125).substr(0, 3), std::string("\x81\x7Dx", 3));
    EXPECT_EQ(framed(126).substr(0, 5), std::string("\x81\x7E\x00\x7Ex", 5));
    EXPECT_EQ(framed(65'535).substr(0, 5), std::string("\x81\x7E\xFF\xFFx", 5));
    EXPECT_EQ(framed(65'536).substr(0, 11),
              std::string("\x81\x7F\x00\x00\x00\x00\x00\x01\x00\x00x", 11));
}

TEST(TextFrame, CarriesThePayloadWhole) {
    EXPECT_EQ(framed(125).size(), 2U + 125);
    EXPECT_EQ(framed(126).size(), 4U + 126);
    EXPECT_EQ(framed(70'000).size(), 10U + 70'000);
    EXPECT_EQ(framed(70'000).substr(10), std::string(70'000, 'x'));
}

// RFC 7692, 7.2.3.1: "Hello", compressed.
TEST(CompressedTextFrame, IsTheExampleOfTheRfc) {
    EXPECT_EQ(compressed_text_frame(std::string("\xf2\x48\xcd\xc9\xc9\x07\x00", 7))->bytes(),
              std::string("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00", 9));
}

TEST(Frame, HasOneTwinWhoeverAsks) {
    for (int round = 0; round < 100; ++round) {
        const FramePtr frame = text_frame("plain");
        std::atomic<int> made = 0;
        std::array<const Frame*, 4> twins{};
        {
            std::vector<std::jthread> threads;
            for (const Frame*& twin : twins) {
                threads.emplace_back([&frame, &made, &twin] {
                    twin = frame
                               ->compressed([&made] {
                                   ++made;
                                   return compressed_text_frame("twin");
                               })
                               .get();
                });
            }
        }
        EXPECT_EQ(made, 1);
        EXPECT_EQ(frame_payload(*twins[0]), "twin");
        EXPECT_EQ(std::ranges::count(twins, twins[0]), 4);
    }
}

TEST(Frame, MayHaveNoTwin) {
    const FramePtr frame = text_frame("plain");
    int made = 0;
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(frame->compressed([&made] {
            ++made;
            return FramePtr();
        }),
                  nullptr);
    }
    EXPECT_EQ(made, 1);
}

}  // namespace
}  // namespace reverb
