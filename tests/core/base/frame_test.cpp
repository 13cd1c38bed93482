#include "base/frame.h"

#include <gtest/gtest.h>

#include <string>

namespace reverb {
namespace {

std::string framed(std::size_t size) {
    return *text_frame(std::string(size, 'x'));
}

// RFC 6455, 5.7: the unmasked text message "Hello".
TEST(TextFrame, IsTheExampleOfTheRfc) {
    EXPECT_EQ(*text_frame("Hello"), std::string("\x81\x05Hello"));
}

TEST(TextFrame, MayBeEmpty) {
    EXPECT_EQ(*text_frame(""), std::string("\x81\x00", 2));
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

}  // namespace
}  // namespace reverb
