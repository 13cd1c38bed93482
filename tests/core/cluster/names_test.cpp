#include "cluster/names.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "channel/channel_name.h"

namespace reverb {
namespace {

const ClusterNames names("shop:", "reverb");
const std::string key = channel_key("1001", "presence-room");

TEST(ClusterNames, AreTheseAndStayThese) {
    // Publishers and nodes of other versions compute the same.
    EXPECT_EQ(bucket_of(key), 296U);
    EXPECT_EQ(names.bucket(key), "shop:reverb:{1001:296}");
    EXPECT_EQ(names.presence(key), "shop:reverb:{1001:296}:presence:presence-room");
    EXPECT_EQ(names.cache(key), "shop:reverb:{1001:296}:cache:presence-room");
    EXPECT_EQ(names.control(), "shop:reverb:control");
    EXPECT_EQ(names.nodes(), "shop:reverb:nodes");
    EXPECT_EQ(names.node({0x1f}), "shop:reverb:node:000000000000001f");
}

TEST(ClusterNames, ChannelsAreSpreadOverTheBuckets) {
    std::set<std::uint32_t> used;
    for (int channel = 0; channel < 4'096; ++channel) {
        used.insert(bucket_of(channel_key("1", "private-user." + std::to_string(channel))));
    }
    // Of as many random throws as there are buckets, 1 - 1/e hit a new one: 2,589.
    EXPECT_GT(used.size(), 2'450U);
}

TEST(ClusterNames, TheSameChannelOfAnotherApplicationHasAnotherName) {
    EXPECT_NE(names.bucket(channel_key("1", "a")), names.bucket(channel_key("2", "a")));
}

TEST(NodeId, IsReadAsItIsWritten) {
    const NodeId id = NodeId::random();
    EXPECT_EQ(id.text().size(), NodeId::text_size);
    EXPECT_EQ(NodeId::parse(id.text()), id);
    EXPECT_EQ(NodeId{1}.text(), "0000000000000001");
    EXPECT_FALSE(NodeId::parse("1"));
    EXPECT_FALSE(NodeId::parse("000000000000000g"));
    EXPECT_FALSE(NodeId::parse("00000000000000001"));
    EXPECT_FALSE(NodeId::parse("-000000000000001"));
}

}  // namespace
}  // namespace reverb
