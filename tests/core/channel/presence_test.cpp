#include "channel/presence.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "base/json.h"
#include "support/unescaped.h"

namespace reverb {
namespace {

using testing::unescaped;

MemberPtr member(const std::string& id, const std::string& id_json,
                 const std::string& info = "{}") {
    return std::make_shared<const Member>(Member{id, id_json, info});
}

TEST(Presence, IsAnObjectEvenWhenEmpty) {
    Presence presence;
    EXPECT_EQ(unescaped(presence.list()), R"({"count":0,"ids":[],"hash":{}})");
}

TEST(Presence, KeepsTheTypesOfIdsAndTheInfoAsItCame) {
    Presence presence;
    presence.join(member("1", "1", R"({ "name" : "X" })"));
    presence.join(member("b\"", R"("b\"")", "[1]"));
    EXPECT_EQ(unescaped(presence.list()),
              R"({"count":2,"ids":[1,"b\""],"hash":{"1":{ "name" : "X" },"b\"":[1]}})");
}

// In PHP the keys 0, 1, … would make a list of it.
TEST(Presence, HashIsAnObjectForNumbersFromZero) {
    Presence presence;
    presence.join(member("0", "0"));
    EXPECT_EQ(unescaped(presence.list()), R"({"count":1,"ids":[0],"hash":{"0":{}}})");
    presence.join(member("1", "1"));
    EXPECT_EQ(unescaped(presence.list()), R"({"count":2,"ids":[0,1],"hash":{"0":{},"1":{}}})");
}

// As laravel/reverb compares them: by their text.
TEST(Presence, TakesANumberAndItsTextForOneUser) {
    Presence presence;
    EXPECT_TRUE(presence.join(member("7", "7")));
    EXPECT_FALSE(presence.join(member("7", R"("7")")));
    EXPECT_EQ(presence.users(), 1U);
    EXPECT_FALSE(presence.leave(*member("7", "7")));
    EXPECT_TRUE(presence.leave(*member("7", R"("7")")));
}

TEST(Presence, ListIsOfThoseWhoAreThere) {
    Presence presence;
    for (const char* id : {"1", "2", "3"}) {
        presence.join(member(id, id));
    }
    EXPECT_EQ(unescaped(presence.list()),
              R"({"count":3,"ids":[1,2,3],"hash":{"1":{},"2":{},"3":{}}})");
    presence.leave(*member("1", "1"));
    presence.join(member("4", "4"));
    EXPECT_EQ(unescaped(presence.list()),
              R"({"count":3,"ids":[3,2,4],"hash":{"3":{},"2":{},"4":{}}})")
        << "the last one has taken the place of who left";
}

TEST(Presence, DoesNotMindWhoIsNotThere) {
    Presence presence;
    EXPECT_FALSE(presence.leave(*member("7", "7")));
}

TEST(Presence, AgreesWithAModel) {
    Presence presence;
    std::map<std::string, int> model;
    std::mt19937 random(99);
    JsonReader reader;
    for (int step = 0; step < 20'000; ++step) {
        const std::string id = std::to_string(random() % 30);
        if (random() % 2 == 0) {
            ASSERT_EQ(presence.join(member(id, id)), ++model[id] == 1);
        } else if (model.contains(id)) {
            const bool last = --model[id] == 0;
            ASSERT_EQ(presence.leave(*member(id, id)), last);
            if (last) {
                model.erase(id);
            }
        }
        ASSERT_EQ(presence.users(), model.size());
        if (step % 50 == 0) {
            const auto json = reader.object(unescaped(presence.list()));
            ASSERT_TRUE(json);
            ASSERT_EQ(find(*json, "count")->raw, std::to_string(model.size()));
            ASSERT_EQ(reader.array(find(*json, "ids")->raw)->size(), model.size());
            const auto hash = reader.object(find(*json, "hash")->raw);
            ASSERT_EQ(hash->size(), model.size());
            for (const JsonField& user : *hash) {
                ASSERT_TRUE(model.contains(user.key));
            }
        }
    }
}

}  // namespace
}  // namespace reverb
