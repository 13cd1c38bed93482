#include "http/route.h"

#include <gtest/gtest.h>

namespace reverb {
namespace {

using Names = std::vector<std::string_view>;

TEST(RoutePrefix, IsTakenOffWhereItIsThere) {
    EXPECT_EQ(without_prefix("", "/up"), "/up");
    EXPECT_EQ(without_prefix("/ws", "/ws/up"), "/up");
    EXPECT_EQ(without_prefix("/a/b", "/a/b/app/key"), "/app/key");
    EXPECT_EQ(without_prefix("/ws", "/ws/ws/up"), "/ws/up");
    EXPECT_EQ(without_prefix("/ws", "/ws/"), "/");
}

TEST(RoutePrefix, EndsAtASlash) {
    EXPECT_EQ(without_prefix("/ws", "/up"), std::nullopt);
    EXPECT_EQ(without_prefix("/ws", "/ws"), std::nullopt);
    EXPECT_EQ(without_prefix("/ws", "/wss/up"), std::nullopt);
    EXPECT_EQ(without_prefix("/ws", "/WS/up"), std::nullopt);
    EXPECT_EQ(without_prefix("", ""), std::nullopt);
    EXPECT_EQ(without_prefix("", "up"), std::nullopt);
    EXPECT_EQ(without_prefix("/ws", ""), std::nullopt);
}

TEST(RouteMatch, GivesTheNames) {
    EXPECT_EQ(match("/up", "/up"), Names{});
    EXPECT_EQ(match("/app/{}", "/app/key"), Names{"key"});
    EXPECT_EQ(match("/apps/{}/channels/{}/users", "/apps/1/channels/presence-a/users"),
              (Names{"1", "presence-a"}));
    EXPECT_EQ(match("/app/{}", "/app/{}"), Names{"{}"});
}

TEST(RouteMatch, IsExact) {
    for (const char* path :
         {"", "/", "/app", "/app/", "/app//", "//app/key", "/app/key/", "/app/key/more", "app/key",
          "/apps/key", "/App/key", "/app//key", "/app/a/b", "/ap/key", "/app/key//"}) {
        EXPECT_EQ(match("/app/{}", path), std::nullopt) << path;
    }
    for (const char* path : {"/apps//events", "/apps/1/2/events", "/apps/1/event",
                             "/apps/1/eventss", "/apps/1/events/", "/apps/1", "/apps/events"}) {
        EXPECT_EQ(match("/apps/{}/events", path), std::nullopt) << path;
    }
    EXPECT_EQ(match("/up", "/up/"), std::nullopt);
    EXPECT_EQ(match("/up", "/upp"), std::nullopt);
}

}  // namespace
}  // namespace reverb
