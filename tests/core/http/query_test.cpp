#include "http/query.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace reverb {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

TEST(Query, GivesNamesAndValuesInOrder) {
    EXPECT_EQ(Query::parse("b=2&a=1&c=").all(), (Fields{{"b", "2"}, {"a", "1"}, {"c", ""}}));
    EXPECT_EQ(Query::parse("").all(), Fields{});
}

TEST(Query, NeverFails) {
    EXPECT_EQ(Query::parse("a").all(), (Fields{{"a", ""}}));
    EXPECT_EQ(Query::parse("=1").all(), (Fields{{"", "1"}}));
    EXPECT_EQ(Query::parse("=").all(), (Fields{{"", ""}}));
    EXPECT_EQ(Query::parse("&&a=1&&").all(), (Fields{{"a", "1"}}));
    EXPECT_EQ(Query::parse("a=1=2").all(), (Fields{{"a", "1=2"}}));
    EXPECT_EQ(Query::parse("a=%&b=%2&c=%zz&d=%2x").all(),
              (Fields{{"a", "%"}, {"b", "%2"}, {"c", "%zz"}, {"d", "%2x"}}));
    EXPECT_EQ(Query::parse("a[=1&]=2&[]=3").all(), (Fields{{"a[", "1"}, {"]", "2"}, {"[]", "3"}}));
}

TEST(Query, DecodesNamesAndValues) {
    EXPECT_EQ(Query::parse("a%20b=c+d%2B%26%3D%c3%A9").all(), (Fields{{"a b", "c d+&=é"}}));
    EXPECT_EQ(Query::parse("a=%00").all(), (Fields{{"a", std::string(1, '\0')}}));
}

TEST(Query, JoinsArrays) {
    EXPECT_EQ(Query::parse("a[]=1&b=x&a[]=2").all(), (Fields{{"a", "1,2"}, {"b", "x"}}));
    EXPECT_EQ(Query::parse("a%5B0%5D=1&a%5B1%5D=2").all(), (Fields{{"a", "1,2"}}));
    EXPECT_EQ(Query::parse("info[]=user_count").get("info"), "user_count");
}

TEST(Query, TakesTheLastValue) {
    const Query query = Query::parse("a=1&a=2&b=3");
    EXPECT_EQ(query.get("a"), "2");
    EXPECT_EQ(query.get("b"), "3");
    EXPECT_EQ(query.get("c"), std::nullopt);
    EXPECT_EQ(query.get("A"), std::nullopt);
    EXPECT_EQ(query.all().size(), 3U);
}

TEST(PercentDecode, LeavesThePlusOfAPathAlone) {
    EXPECT_EQ(percent_decode("a+b%2Fc", false), "a+b/c");
    EXPECT_EQ(percent_decode("a+b%2Fc", true), "a b/c");
    EXPECT_EQ(percent_decode("%41%4", false), "A%4");
    EXPECT_EQ(percent_decode("%", false), "%");
    EXPECT_EQ(percent_decode("%%41", false), "%A");
}

}  // namespace
}  // namespace reverb
