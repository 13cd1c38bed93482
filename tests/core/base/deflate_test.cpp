#include "base/deflate.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "support/allocations.h"
#include "support/zlib_message.h"

namespace reverb {
namespace {

using testing::deflate_message;
using testing::inflate_message;
using Outcome = Inflater::Outcome;

constexpr std::size_t plenty = 10U << 20U;

std::string random_bytes(std::size_t size) {
    std::mt19937 random(7);
    std::string bytes(size, '\0');
    for (char& byte : bytes) {
        byte = static_cast<char>(random());
    }
    return bytes;
}

std::string json(std::size_t size) {
    std::string text = "[";
    for (int i = 0; text.size() < size; ++i) {
        text += R"({"id":)" + std::to_string(i * 7'919) + R"(,"name":"Somebody"},)";
    }
    return text.substr(0, size);
}

// With the window that clients may ask for, though the message is larger.
TEST(Deflater, MakesWhatAnybodyCanRead) {
    for (const int level : {1, 3, 6, 9}) {
        Deflater deflater(level);
        for (const std::size_t size : {0U, 1U, 100U, 4'096U, 10'000U, 300'000U}) {
            for (const std::string& message : {json(size), random_bytes(size)}) {
                EXPECT_EQ(inflate_message(deflater.deflate(message), Deflater::window_bits),
                          message)
                    << level << ' ' << size;
            }
        }
    }
}

TEST(Deflater, MakesJsonShorter) {
    Deflater deflater(1);
    EXPECT_LT(deflater.deflate(json(1'000)).size(), 400U);
}

// A client that reads only some messages reads them all the same.
TEST(Deflater, KeepsNothingOfEarlierMessages) {
    Deflater deflater(6);
    const std::string first(deflater.deflate(json(2'000)));
    EXPECT_EQ(deflater.deflate(json(2'000)), first);
}

TEST(Inflater, ReadsWhatOthersMake) {
    Inflater inflater;
    for (const int window_bits : {9, 12, 15}) {
        for (const std::size_t size : {1U, 100U, 4'096U, 10'000U, 300'000U}) {
            for (const std::string& message : {json(size), random_bytes(size)}) {
                const auto inflated =
                    inflater.inflate(deflate_message(message, window_bits), plenty);
                EXPECT_EQ(inflated.outcome, Outcome::message);
                EXPECT_EQ(inflated.message, message) << window_bits << ' ' << size;
            }
        }
    }
}

// RFC 7692, 7.2.3: "Hello" in one block, without compression, with a last block, in two blocks.
TEST(Inflater, ReadsTheExamplesOfTheRfc) {
    Inflater inflater;
    for (const std::string& payload :
         {std::string("\xf2\x48\xcd\xc9\xc9\x07\x00", 7),
          std::string("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11),
          std::string("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8),
          std::string("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13)}) {
        const auto inflated = inflater.inflate(payload, plenty);
        EXPECT_EQ(inflated.outcome, Outcome::message);
        EXPECT_EQ(inflated.message, "Hello");
    }
    EXPECT_EQ(inflater.inflate(std::string("\x00", 1), plenty).outcome, Outcome::message);
}

// Its four bytes may belong to a block that says that it is the last (7.2.1 wants BTYPE 00 of it).
TEST(Inflater, TakesALastBlockForTheEndOfAMessage) {
    Inflater inflater;
    const auto inflated =
        inflater.inflate(std::string("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x01", 11), plenty);
    EXPECT_EQ(inflated.outcome, Outcome::message);
    EXPECT_EQ(inflated.message, "Hello");
    EXPECT_EQ(inflater.inflate("\x01", plenty).outcome, Outcome::message);
}

TEST(Inflater, TakesMessagesUpToTheLimit) {
    Inflater inflater;
    const std::string payload = deflate_message(std::string(1'000, 'x'));
    EXPECT_EQ(inflater.inflate(payload, 1'000).message, std::string(1'000, 'x'));
    EXPECT_EQ(inflater.inflate(payload, 999).outcome, Outcome::too_long);
    EXPECT_EQ(inflater.inflate(payload, 0).outcome, Outcome::too_long);
}

TEST(Inflater, IsNotFilledByABomb) {
    const std::string bomb = deflate_message(std::string(100U << 20U, '\0'));
    ASSERT_LT(bomb.size(), 200U << 10U);
    Inflater inflater;
    const testing::AllocationCounter counter;
    EXPECT_EQ(inflater.inflate(bomb, 10'000).outcome, Outcome::too_long);
    EXPECT_LT(counter.so_far().bytes, 40'000U);
}

TEST(Inflater, RefusesWhatIsNotDeflate) {
    Inflater inflater;
    const std::string payload = deflate_message(json(1'000));
    for (std::size_t size = 0; size + 1 < payload.size(); ++size) {
        EXPECT_EQ(inflater.inflate(payload.substr(0, size), plenty).outcome, Outcome::corrupt)
            << "cut off after " << size << " of " << payload.size();
    }
    EXPECT_EQ(inflater.inflate("\x07", plenty).outcome, Outcome::corrupt);
    EXPECT_EQ(inflater.inflate(std::string(100, '\xff'), plenty).outcome, Outcome::corrupt);
    // And goes on with the next.
    EXPECT_EQ(inflater.inflate(payload, plenty).message, json(1'000));
}

}  // namespace
}  // namespace reverb
