#include "cluster/bucket_table.h"

#include <gtest/gtest.h>

namespace reverb {
namespace {

TEST(BucketTable, IsConfirmedForFurtherChannels) {
    BucketTable table;
    EXPECT_FALSE(table.use("b"));
    table.confirm("b", true);
    EXPECT_TRUE(table.use("b"));
    table.confirm("b", false);
    EXPECT_FALSE(table.use("b"));
    table.confirm("nobody's", true);
    EXPECT_FALSE(table.use("nobody's"));
}

TEST(BucketTable, IsIdleWhenItHadNoChannelForAWhile) {
    BucketTable table;
    table.use("b");
    table.use("b");
    table.confirm("b", true);
    table.unuse("b");
    EXPECT_TRUE(table.take_idle().empty());
    EXPECT_TRUE(table.take_idle().empty());
    table.unuse("b");
    EXPECT_TRUE(table.take_idle().empty()) << "a page that is loaded again comes back";
    EXPECT_TRUE(table.use("b")) << "and finds it confirmed";
    table.unuse("b");
    EXPECT_TRUE(table.take_idle().empty()) << "which begins anew";
    EXPECT_EQ(table.take_idle(), std::vector<std::string>{"b"});
    EXPECT_TRUE(table.take_idle().empty());
    EXPECT_FALSE(table.use("b"));
}

TEST(BucketTable, KnowsWhetherRedisIsDown) {
    BucketTable table;
    EXPECT_FALSE(table.down()) << "until that is known, it is waited for";
    table.down(true);
    EXPECT_TRUE(table.down());
    table.down(false);
    EXPECT_FALSE(table.down());
}

}  // namespace
}  // namespace reverb
