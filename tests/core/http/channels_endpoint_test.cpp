// What the API tells of channels, users and connections.
#include <gtest/gtest.h>

#include "channel/publishing.h"
#include "support/api_world.h"

namespace reverb {
namespace {

using testing::ApiWorld;
using testing::Listener;

void publish(ApiWorld& world, const std::string& channel, const std::string& data) {
    PublishRequest request;
    request.app_id = "app-id";
    request.channels = {channel};
    request.event = "E";
    request.data = data;
    ASSERT_EQ(publish_event(world.shared.services, request)->status, 200);
}

TEST(ChannelsEndpoint, IsAnObjectWhenThereAreNone) {
    ApiWorld world;
    EXPECT_EQ(world.get("/apps/app-id/channels").body, R"({"channels":{}})");
}

TEST(ChannelsEndpoint, ListsOccupiedChannels) {
    ApiWorld world;
    const auto a = world.listen({"a"});
    EXPECT_EQ(world.get("/apps/app-id/channels").body, R"({"channels":{"a":{}}})");
    const auto anna = world.join("presence-b", "anna", R"("anna")");
    JsonReader reader;
    const auto answer = reader.object(world.get("/apps/app-id/channels").body);
    ASSERT_TRUE(answer);
    EXPECT_EQ(reader.object(answer->front().raw)->size(), 2U);
}

TEST(ChannelsEndpoint, FiltersByPrefix) {
    ApiWorld world;
    const auto a = world.listen({"a-1"});
    const auto anna = world.join("presence-b", "anna", R"("anna")");
    EXPECT_EQ(world.get("/apps/app-id/channels", "filter_by_prefix=presence-&info=user_count").body,
              R"({"channels":{"presence-b":{"user_count":1}}})");
    EXPECT_EQ(world.get("/apps/app-id/channels", "filter_by_prefix=a-").body,
              R"({"channels":{"a-1":{}}})");
    EXPECT_EQ(world.get("/apps/app-id/channels", "filter_by_prefix=x").body, R"({"channels":{}})");
}

TEST(ChannelsEndpoint, KeepsApplicationsApart) {
    Application other = testing::test_application();
    other.id = "other";
    other.key = "other-key";
    ApiWorld world({testing::test_application(), other});
    Listener theirs({1, 1});
    world.shared.subscribe(theirs, "a", "other");
    EXPECT_EQ(world.get("/apps/app-id/channels").body, R"({"channels":{}})");
    EXPECT_EQ(world.get("/apps/app-id/channels/a").body, R"({"occupied":false})");
}

TEST(ChannelEndpoint, TellsWhetherItIsOccupied) {
    ApiWorld world;
    EXPECT_EQ(world.get("/apps/app-id/channels/a").body, R"({"occupied":false})");
    const auto a = world.listen({"a"});
    EXPECT_EQ(world.get("/apps/app-id/channels/a").body, R"({"occupied":true})");
}

TEST(ChannelEndpoint, TellsWhatWasAskedForAndFits) {
    ApiWorld world;
    const auto a = world.listen({"a"});
    const auto b = world.listen({"a"});
    const auto anna = world.join("presence-b", "anna", R"("anna")");
    const auto again = world.join("presence-b", "anna", R"("anna")");
    const std::string info = "info=user_count,subscription_count";
    EXPECT_EQ(world.get("/apps/app-id/channels/a", info).body,
              R"({"occupied":true,"subscription_count":2})");
    EXPECT_EQ(world.get("/apps/app-id/channels/presence-b", info).body,
              R"({"occupied":true,"user_count":1})");
    EXPECT_EQ(world.get("/apps/app-id/channels/a", "info=cache,other").body,
              R"({"occupied":true})");
}

TEST(ChannelEndpoint, TellsWhatACacheChannelHolds) {
    ApiWorld world;
    EXPECT_EQ(world.get("/apps/app-id/channels/cache-a", "info=cache").body,
              R"({"occupied":false,"cache":null})");
    publish(world, "cache-a", "1");
    EXPECT_EQ(world.get("/apps/app-id/channels/cache-a", "info=cache").body,
              R"({"occupied":false,"cache":{"event":"E","data":"1","channel":"cache-a"}})");
}

TEST(UsersEndpoint, ListsEachUserOnceAndKeepsTypes) {
    ApiWorld world;
    const auto one = world.join("presence-a", "1", "1");
    const auto again = world.join("presence-a", "1", "1");
    const auto two = world.join("presence-a", "b", R"("b")");
    EXPECT_EQ(world.get("/apps/app-id/channels/presence-a/users").body,
              R"({"users":[{"id":1},{"id":"b"}]})");
}

TEST(UsersEndpoint, IsForPresenceChannels) {
    ApiWorld world;
    const auto a = world.listen({"a"});
    const HttpResponse refused = world.get("/apps/app-id/channels/a/users");
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body, "{}");
    const HttpResponse empty = world.get("/apps/app-id/channels/presence-a/users");
    EXPECT_EQ(empty.status, 200);
    EXPECT_EQ(empty.body, R"({"users":[]})");
}

TEST(ConnectionsEndpoint, CountsEverySocketOfTheApplication) {
    ApiWorld world;
    EXPECT_EQ(world.get("/apps/app-id/connections").body, R"({"connections":0})");
    EXPECT_TRUE(
        world.shared.applications.by_id("app-id").application->usage().admit_connection({}));
    EXPECT_EQ(world.get("/apps/app-id/connections").body, R"({"connections":1})");
}

TEST(TerminateEndpoint, EndsTheConnectionsOfAUser) {
    ApiWorld world;
    const auto anna = world.join("presence-a", "1", "1");
    const auto anna_elsewhere = world.join("presence-b", "1", R"("1")");
    const auto bert = world.join("presence-a", "2", "2");
    const HttpResponse response =
        world.call("POST", "/apps/app-id/users/1/terminate_connections", "");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "{}");
    EXPECT_TRUE(anna->terminated);
    EXPECT_TRUE(anna_elsewhere->terminated);
    EXPECT_FALSE(bert->terminated);
    EXPECT_EQ(world.call("POST", "/apps/app-id/users/9/terminate_connections", "").body, "{}");
}

}  // namespace
}  // namespace reverb
