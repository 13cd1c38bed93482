#include "net/outbox.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

namespace reverb {
namespace {

constexpr std::size_t much = 1'000'000;

FramePtr frame(const std::string& bytes) {
    return std::make_shared<const Frame>(bytes);
}

class OutboxTest : public ::testing::Test {
  protected:
    // Writes what one call gives of at most `limit` bytes.
    std::string write(Outbox& outbox, std::size_t limit = much) {
        const Outbox::Next next = outbox.next(limit, turn_, joiner_);
        std::string bytes(next.bytes);
        outbox.written(next);
        return bytes;
    }
    void end_turn() {
        joiner_.forget();
        turn_.forget();
    }

    TurnFrames turn_;
    FrameJoiner joiner_;
};

TEST_F(OutboxTest, BeginsEmpty) {
    const Outbox outbox;
    EXPECT_TRUE(outbox.empty());
    EXPECT_EQ(outbox.bytes(), 0U);
}

TEST_F(OutboxTest, GivesAllOfATurnAtOnceAndInOrder) {
    Outbox outbox;
    outbox.add(frame("one"), turn_);
    outbox.add(frame("two"), turn_);
    EXPECT_FALSE(outbox.empty());
    EXPECT_EQ(outbox.bytes(), 6U);
    EXPECT_EQ(write(outbox), "onetwo");
    EXPECT_TRUE(outbox.empty());
    EXPECT_EQ(outbox.bytes(), 0U);
    outbox.add(frame("three"), turn_);
    EXPECT_EQ(write(outbox), "three") << "after the write the sequence begins anew";
}

TEST_F(OutboxTest, OutboxesWithTheSameFramesAreGivenTheSameBytes) {
    std::array<Outbox, 3> outboxes;
    for (const FramePtr& one : {frame("one"), frame("two")}) {
        for (Outbox& outbox : outboxes) {
            outbox.add(one, turn_);
        }
    }
    const char* const bytes = outboxes.front().next(much, turn_, joiner_).bytes.data();
    for (Outbox& outbox : outboxes) {
        const Outbox::Next next = outbox.next(much, turn_, joiner_);
        EXPECT_EQ(next.bytes, "onetwo");
        EXPECT_EQ(next.bytes.data(), bytes);
    }
}

TEST_F(OutboxTest, GivesAsMuchAsFitsAndAtLeastOne) {
    Outbox outbox;
    for (const char* text : {"1234", "5678", "90"}) {
        outbox.add(frame(text), turn_);
    }
    EXPECT_EQ(write(outbox, 8), "12345678");
    EXPECT_EQ(outbox.bytes(), 2U);
    EXPECT_EQ(write(outbox, 1), "90");
    EXPECT_TRUE(outbox.empty());
}

// Behind a slow socket.
TEST_F(OutboxTest, WhatIsKeptOutlivesTheTurn) {
    Outbox outbox;
    const FramePtr one = frame("one");
    outbox.add(one, turn_);
    outbox.add(frame("two"), turn_);
    outbox.keep();
    end_turn();
    EXPECT_EQ(one.use_count(), 2);
    EXPECT_EQ(outbox.bytes(), 6U);
    outbox.add(frame("three"), turn_);
    EXPECT_EQ(outbox.bytes(), 11U);
    EXPECT_EQ(write(outbox, 6), "onetwo");
    outbox.keep();
    end_turn();
    EXPECT_EQ(write(outbox), "three");
    EXPECT_TRUE(outbox.empty());
    EXPECT_EQ(one.use_count(), 1);
}

TEST_F(OutboxTest, ForgetsAllWhenCleared) {
    Outbox outbox;
    const FramePtr one = frame("one");
    outbox.add(one, turn_);
    outbox.clear();
    EXPECT_TRUE(outbox.empty());
    outbox.add(one, turn_);
    outbox.keep();
    end_turn();
    outbox.clear();
    EXPECT_TRUE(outbox.empty());
    EXPECT_EQ(one.use_count(), 1);
}

// Of several connections, fast and slow ones.
TEST_F(OutboxTest, AgreesWithStrings) {
    std::array<Outbox, 6> outboxes;
    std::array<std::string, 6> model;
    std::mt19937 random(5);
    for (int turn = 0; turn < 3'000; ++turn) {
        for (unsigned sent = random() % 6; sent > 0; --sent) {
            const FramePtr one = frame(std::string(random() % 40 + 1, static_cast<char>(sent)));
            const unsigned but = random() % 12;
            for (unsigned i = 0; i < outboxes.size(); ++i) {
                if (i != but) {
                    outboxes[i].add(one, turn_);
                    model[i] += one->bytes();
                }
            }
        }
        for (unsigned i = 0; i < outboxes.size(); ++i) {
            const bool slow = i < 2 && random() % 3 != 0;
            while (!outboxes[i].empty() && !slow) {
                const std::string bytes = write(outboxes[i], random() % 200 + 1);
                ASSERT_FALSE(bytes.empty());
                ASSERT_EQ(model[i].substr(0, bytes.size()), bytes);
                model[i].erase(0, bytes.size());
            }
            outboxes[i].keep();
            ASSERT_EQ(outboxes[i].bytes(), model[i].size());
            ASSERT_EQ(outboxes[i].empty(), model[i].empty());
        }
        end_turn();
    }
}

}  // namespace
}  // namespace reverb
