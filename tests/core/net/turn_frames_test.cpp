#include "net/turn_frames.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace reverb {
namespace {

FramePtr frame(const std::string& bytes) {
    return std::make_shared<const Frame>(bytes);
}

TEST(TurnFrames, TellsWhatASequenceIs) {
    TurnFrames turn;
    const FramePtr a = frame("a");
    const FramePtr b = frame("bcd");
    TurnFrames::Place* one = turn.append(nullptr, a);
    TurnFrames::Place* two = turn.append(one, b);
    EXPECT_EQ(one->before(), nullptr);
    EXPECT_EQ(one->frames(), 1U);
    EXPECT_EQ(one->bytes(), 1U);
    EXPECT_EQ(two->before(), one);
    EXPECT_EQ(two->last(), b);
    EXPECT_EQ(two->frames(), 2U);
    EXPECT_EQ(two->bytes(), 4U);
}

// The point of it: one more subscriber makes nothing new.
TEST(TurnFrames, GivesTheSamePlaceForTheSameFrames) {
    TurnFrames turn;
    const FramePtr a = frame("a");
    const FramePtr b = frame("b");
    std::vector<TurnFrames::Place*> subscribers(100, nullptr);
    for (const FramePtr& one : {a, b, a}) {
        for (TurnFrames::Place*& at : subscribers) {
            at = turn.append(at, one);
        }
    }
    for (const TurnFrames::Place* at : subscribers) {
        EXPECT_EQ(at, subscribers.front());
    }
    EXPECT_EQ(a.use_count(), 3) << "held once for each time that it was sent";
    EXPECT_EQ(turn.join(*subscribers.front()), "aba");
    EXPECT_EQ(turn.join(*subscribers.front()).data(), turn.join(*subscribers.front()).data());
}

TEST(TurnFrames, GivesASingleFrameItself) {
    TurnFrames turn;
    const FramePtr a = frame("a");
    EXPECT_EQ(turn.join(*turn.append(nullptr, a)).data(), a->bytes().data());
}

TEST(TurnFrames, KeepsApartWhoGotOtherFrames) {
    TurnFrames turn;
    const FramePtr a = frame("a");
    const FramePtr b = frame("b");
    const FramePtr c = frame("c");
    TurnFrames::Place* abc = turn.append(turn.append(turn.append(nullptr, a), b), c);
    TurnFrames::Place* ac = turn.append(turn.append(nullptr, a), c);
    TurnFrames::Place* bc = turn.append(turn.append(nullptr, b), c);
    EXPECT_EQ(turn.join(*abc), "abc");
    EXPECT_EQ(turn.join(*ac), "ac");
    EXPECT_EQ(turn.join(*bc), "bc");
    EXPECT_EQ(turn.join(*abc), "abc");
}

TEST(TurnFrames, LetsGoOfFramesWhenTheTurnIsOver) {
    TurnFrames turn;
    const FramePtr a = frame("a");
    TurnFrames::Place* at = turn.append(turn.append(nullptr, a), a);
    EXPECT_EQ(turn.join(*at), "aa");
    EXPECT_EQ(a.use_count(), 3);
    turn.forget();
    EXPECT_EQ(a.use_count(), 1);
    // An address alone would not tell the frames of two turns apart.
    EXPECT_EQ(turn.join(*turn.append(turn.append(nullptr, frame("b")), frame("c"))), "bc");
}

// More than is kept joined, and frames that come in any order.
TEST(TurnFrames, AgreesWithLists) {
    std::mt19937 random(7);
    TurnFrames turn;
    for (int round = 0; round < 20; ++round) {
        std::vector<FramePtr> frames;
        for (char c = 'a'; c < 'f'; ++c) {
            frames.push_back(frame(std::string(random() % 3'000 + 1, c)));
        }
        std::map<int, std::string> model;
        std::map<int, TurnFrames::Place*> places;
        for (int sent = 0; sent < 500; ++sent) {
            const int who = static_cast<int>(random() % 50);
            const FramePtr& one = frames[random() % frames.size()];
            model[who] += one->bytes();
            places[who] = turn.append(places[who], one);
        }
        for (const int again : {0, 1}) {
            for (const auto& [who, at] : places) {
                ASSERT_EQ(turn.join(*at), model[who]) << again;
            }
        }
        turn.forget();
    }
}

}  // namespace
}  // namespace reverb
