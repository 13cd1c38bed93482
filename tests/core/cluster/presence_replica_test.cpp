#include "cluster/presence_replica.h"

#include <gtest/gtest.h>

#include <string>

namespace reverb {
namespace {

using Verdict = PresenceReplica::Verdict;

const std::string epoch(16, 'a');
const std::string later_epoch(16, 'b');

envelope::PresenceChange change(std::uint64_t version, const std::string& of = epoch) {
    envelope::PresenceChange one;
    one.held = true;
    one.epoch = of;
    one.version = version;
    one.member = std::make_shared<const Member>(Member{"1", "1", "{}"});
    return one;
}

PresenceReplica replica_at(std::uint64_t version, const std::string& of = epoch) {
    PresenceReplica replica;
    replica.expect_snapshot();
    EXPECT_TRUE(replica.begin_at({of, version, {}}).empty());
    return replica;
}

TEST(PresenceReplica, TakesOneChangeAfterTheOther) {
    PresenceReplica replica = replica_at(5);
    EXPECT_EQ(replica.judge(change(4)), Verdict::ignore);
    EXPECT_EQ(replica.judge(change(5)), Verdict::ignore);
    EXPECT_EQ(replica.judge(change(6)), Verdict::apply);
    EXPECT_EQ(replica.judge(change(6)), Verdict::ignore);
    EXPECT_EQ(replica.judge(change(7)), Verdict::apply);
}

TEST(PresenceReplica, SeesThatOneIsMissing) {
    PresenceReplica replica = replica_at(5);
    EXPECT_EQ(replica.judge(change(7)), Verdict::missed);
    EXPECT_EQ(replica.judge(change(6, later_epoch)), Verdict::missed);
    EXPECT_EQ(replica.judge(change(1, later_epoch)), Verdict::missed)
        << "what was there before is gone, and has to be put there again";
    EXPECT_EQ(replica.judge(change(6)), Verdict::apply);
}

TEST(PresenceReplica, OfNobodyBeginsWithTheFirst) {
    PresenceReplica replica = replica_at(0, "");
    EXPECT_EQ(replica.judge(change(2)), Verdict::missed);
    EXPECT_EQ(replica.judge(change(1)), Verdict::apply);
    EXPECT_EQ(replica.judge(change(2)), Verdict::apply);
}

TEST(PresenceReplica, KnowsNothingBeforeTheFirstSnapshotAndAfterALostOne) {
    PresenceReplica replica;
    EXPECT_EQ(replica.judge(change(1)), Verdict::ignore);
    replica = replica_at(5);
    replica.expect_snapshot();
    EXPECT_TRUE(replica.expecting_snapshot());
    replica.lost();
    EXPECT_FALSE(replica.expecting_snapshot());
    EXPECT_EQ(replica.judge(change(6)), Verdict::ignore);
}

TEST(PresenceReplica, KeepsWhatComesBeforeTheSnapshot) {
    PresenceReplica replica;
    replica.expect_snapshot();
    replica.keep(change(5));
    replica.keep(change(6));
    const auto kept = replica.begin_at({epoch, 5, {}});
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(replica.judge(kept[0]), Verdict::ignore);
    EXPECT_EQ(replica.judge(kept[1]), Verdict::apply);
    replica.expect_snapshot();
    EXPECT_TRUE(replica.begin_at({epoch, 6, {}}).empty());
}

TEST(PresenceReplica, KnowsTheNodesWithMembers) {
    PresenceReplica replica;
    const auto member = std::make_shared<const Member>(Member{"1", "1", "{}"});
    (void)replica.begin_at({epoch, 2, {{NodeId{1}, member}, {NodeId{2}, member}}});
    replica.saw(NodeId{2});
    replica.saw(NodeId{3});
    EXPECT_EQ(replica.nodes().size(), 3U);
    EXPECT_TRUE(replica.forget(NodeId{1}));
    EXPECT_FALSE(replica.forget(NodeId{1}));
    (void)replica.begin_at({epoch, 3, {{NodeId{4}, member}}});
    ASSERT_EQ(replica.nodes().size(), 1U);
    EXPECT_EQ(replica.nodes().front(), NodeId{4});
}

}  // namespace
}  // namespace reverb
