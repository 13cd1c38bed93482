#include "pusher/pending_subscriptions.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/session_world.h"

namespace reverb {
namespace {

using testing::SessionWorld;

class Pending : public ::testing::Test {
  protected:
    SessionWorld world;
    std::unique_ptr<testing::Client> one = world.connect();
    std::unique_ptr<testing::Client> two = world.connect();
    PendingSubscriptions pending;
};

TEST_F(Pending, AreTakenByChannelInTheirOrder) {
    EXPECT_TRUE(pending.add({one->session.get(), "a", nullptr, 1}));
    EXPECT_TRUE(pending.add({two->session.get(), "a", nullptr, 2}));
    EXPECT_TRUE(pending.add({one->session.get(), "b", nullptr, 3}));
    const auto taken = pending.take("a");
    ASSERT_EQ(taken.size(), 2U);
    EXPECT_EQ(taken[0].session, one->session.get());
    EXPECT_EQ(taken[1].session, two->session.get());
    EXPECT_TRUE(pending.take("a").empty());
    EXPECT_EQ(pending.take("b").size(), 1U);
}

TEST_F(Pending, AreOneForEachSessionAndChannel) {
    const auto anna = std::make_shared<const Member>(Member{"anna", "\"anna\"", "{}"});
    EXPECT_TRUE(pending.add({one->session.get(), "a", nullptr, 1}));
    EXPECT_FALSE(pending.add({one->session.get(), "a", anna, 2}));
    const auto taken = pending.take("a");
    ASSERT_EQ(taken.size(), 1U);
    EXPECT_EQ(taken[0].member, anna) << "as it said last";
    EXPECT_EQ(taken[0].since_ms, 1U) << "it waits since it asked first";
}

TEST_F(Pending, EndWithTheirSession) {
    pending.add({one->session.get(), "a", nullptr, 1});
    pending.add({two->session.get(), "a", nullptr, 1});
    pending.add({one->session.get(), "b", nullptr, 1});
    auto keys = pending.remove(*one->session);
    std::sort(keys.begin(), keys.end());
    EXPECT_EQ(keys, (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(pending.take("b").empty());
    EXPECT_EQ(pending.take("a").size(), 1U);
}

TEST_F(Pending, CanBeGivenUpOneByOne) {
    pending.add({one->session.get(), "a", nullptr, 1});
    EXPECT_FALSE(pending.remove(*two->session, "a"));
    EXPECT_FALSE(pending.remove(*one->session, "b"));
    EXPECT_TRUE(pending.remove(*one->session, "a"));
    EXPECT_FALSE(pending.remove(*one->session, "a"));
}

TEST_F(Pending, AreOverdueAfterAWhile) {
    pending.add({one->session.get(), "a", nullptr, 10});
    pending.add({two->session.get(), "a", nullptr, 20});
    EXPECT_TRUE(pending.take_overdue(9).empty());
    const auto overdue = pending.take_overdue(10);
    ASSERT_EQ(overdue.size(), 1U);
    EXPECT_EQ(overdue[0].session, one->session.get());
    EXPECT_EQ(pending.take("a").size(), 1U);
}

}  // namespace
}  // namespace reverb
