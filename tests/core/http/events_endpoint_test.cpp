#include <gtest/gtest.h>

#include "support/api_world.h"

namespace reverb {
namespace {

using testing::ApiWorld;
using testing::Listener;

const std::string path = "/apps/app-id/events";

std::string with_channels(std::size_t count) {
    std::string body = R"({"name":"E","data":"{}","channels":[)";
    for (std::size_t i = 0; i < count; ++i) {
        body += (i > 0 ? ",\"c" : "\"c") + std::to_string(i) + '"';
    }
    return body + "]}";
}

TEST(EventsEndpoint, PublishesToChannels) {
    ApiWorld world;
    const auto a = world.listen({"a"});
    const auto b = world.listen({"b"});
    const auto c = world.listen({"c"});
    const HttpResponse response = world.post(
        path, R"({"name":"App\\Events\\E","data":"{\"n\":\"\u00e9\"}","channels":["a","b"]})");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "{}");
    EXPECT_EQ(response.content_type, "application/json");
    for (const Listener* listener : {a.get(), b.get()}) {
        ASSERT_EQ(listener->events.size(), 1U);
        EXPECT_EQ(listener->events[0].name, "App\\Events\\E");
        EXPECT_EQ(listener->events[0].data, "{\"n\":\"\xc3\xa9\"}");
        EXPECT_EQ(listener->events[0].data_kind, JsonKind::string);
    }
    EXPECT_EQ(a->events[0].channel, "a");
    EXPECT_EQ(b->events[0].channel, "b");
    EXPECT_TRUE(c->events.empty());
}

TEST(EventsEndpoint, PublishesToTheOneChannel) {
    ApiWorld world;
    const auto a = world.listen({"a"});
    EXPECT_EQ(world.post(path, R"({"name":"E","data":"1","channel":"a"})").status, 200);
    EXPECT_EQ(a->events.size(), 1U);
}

TEST(EventsEndpoint, TakesChannelsBeforeChannel) {
    ApiWorld world;
    const auto a = world.listen({"a"});
    const auto b = world.listen({"b"});
    EXPECT_EQ(world.post(path, R"({"name":"E","data":"1","channel":"a","channels":["b"]})").status,
              200);
    EXPECT_TRUE(a->events.empty());
    EXPECT_EQ(b->events.size(), 1U);
}

TEST(EventsEndpoint, LeavesOutTheSocket) {
    ApiWorld world;
    const auto a = world.listen({"a"});
    const auto b = world.listen({"a"});
    EXPECT_EQ(world
                  .post(path, R"({"name":"E","data":"1","channel":"a","socket_id":")" +
                                  a->id().text() + "\"}")
                  .status,
              200);
    EXPECT_TRUE(a->events.empty());
    EXPECT_EQ(b->events.size(), 1U);
}

TEST(EventsEndpoint, TakesNullForAbsent) {
    ApiWorld world;
    const auto a = world.listen({"a"});
    EXPECT_EQ(world
                  .post(path, R"({"name":"E","data":"1","channel":"a","channels":null,)"
                              R"("socket_id":null,"info":null,"unknown":[1]})")
                  .status,
              200);
    EXPECT_EQ(a->events.size(), 1U);
}

TEST(EventsEndpoint, AnswersTheAttributesAskedFor) {
    ApiWorld world;
    const auto a = world.listen({"a", "b"});
    const auto b = world.listen({"a"});
    const auto anna = world.join("presence-c", "anna", R"("anna")");
    const auto anna_again = world.join("presence-c", "anna", R"("anna")");
    const HttpResponse response =
        world.post(path, R"({"name":"E","data":"1","channels":["a","presence-c","empty"],)"
                         R"("info":"subscription_count,user_count"})");
    EXPECT_EQ(response.body, R"({"channels":{"a":{"subscription_count":2},)"
                             R"("presence-c":{"user_count":1},"empty":{"subscription_count":0}}})");
}

TEST(EventsEndpoint, Takes100ChannelsAndNotOneMore) {
    ApiWorld world;
    const auto last = world.listen({"c99"});
    const auto first = world.listen({"c0"});
    const HttpResponse refused = world.post(path, with_channels(101));
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body,
              R"({"channels":["The channels field must not have more than 100 items."]})");
    EXPECT_TRUE(first->events.empty());
    EXPECT_EQ(world.post(path, with_channels(100)).status, 200);
    EXPECT_EQ(first->events.size(), 1U);
    EXPECT_EQ(last->events.size(), 1U);
}

TEST(EventsEndpoint, TakesNamesOf200Characters) {
    ApiWorld world;
    const auto body = [](std::size_t event, std::size_t channel) {
        return R"({"name":")" + std::string(event, 'e') + R"(","data":"1","channel":")" +
               std::string(channel, 'c') + "\"}";
    };
    const auto listener = world.listen({std::string(200, 'c')});
    EXPECT_EQ(world.post(path, body(201, 200)).status, 400);
    EXPECT_EQ(world.post(path, body(200, 201)).status, 400);
    EXPECT_TRUE(listener->events.empty());
    EXPECT_EQ(world.post(path, body(200, 200)).status, 200);
    EXPECT_EQ(listener->events.size(), 1U);
}

// A body that is no JSON object at all.
TEST(EventsEndpoint, RefusesBodiesItCannotRead) {
    ApiWorld world;
    for (const char* body : {"", " ", "x", "[]", "1", "\"text\"", "null", "{", "{}}",
                             R"({"name":"E","data":"1","channel":"a"} x)", "{\"name\":\"\xff\"}"}) {
        EXPECT_EQ(world.post(path, body).status, 400) << body;
    }
}

// {"field":["…"]} with 400, as Laravel's validator names it, and nothing is published.
TEST(EventsEndpoint, SaysWhichFieldIsWrong) {
    ApiWorld world;
    const auto listener = world.listen({"a"});
    struct Row {
        const char* body;
        const char* field;
    };
    const Row rows[] = {
        {R"({"data":"1","channel":"a"})", "name"},
        {R"({"name":null,"data":"1","channel":"a"})", "name"},
        {R"({"name":"","data":"1","channel":"a"})", "name"},
        {R"({"name":1,"data":"1","channel":"a"})", "name"},
        {R"({"name":["E"],"data":"1","channel":"a"})", "name"},
        {R"({"name":{},"data":"1","channel":"a"})", "name"},
        {R"({"name":true,"data":"1","channel":"a"})", "name"},
        {R"({"name":"E","channel":"a"})", "data"},
        {R"({"name":"E","data":null,"channel":"a"})", "data"},
        {R"({"name":"E","data":{},"channel":"a"})", "data"},
        {R"({"name":"E","data":[],"channel":"a"})", "data"},
        {R"({"name":"E","data":1,"channel":"a"})", "data"},
        {R"({"name":"E","data":false,"channel":"a"})", "data"},
        {R"({"name":"E","data":"1"})", "channels"},
        {R"({"name":"E","data":"1","channel":""})", "channels"},
        {R"({"name":"E","data":"1","channel":null})", "channels"},
        {R"({"name":"E","data":"1","channel":1})", "channel"},
        {R"({"name":"E","data":"1","channel":["a"]})", "channel"},
        {R"({"name":"E","data":"1","channels":"a"})", "channels"},
        {R"({"name":"E","data":"1","channels":{"a":1}})", "channels"},
        {R"({"name":"E","data":"1","channels":1})", "channels"},
        {R"({"name":"E","data":"1","channels":[]})", "channels"},
        {R"({"name":"E","data":"1","channels":[1]})", "channels"},
        {R"({"name":"E","data":"1","channels":["a",null]})", "channels"},
        {R"({"name":"E","data":"1","channels":["a",["b"]]})", "channels"},
        {R"({"name":"E","data":"1","channel":"a","socket_id":1})", "socket_id"},
        {R"({"name":"E","data":"1","channel":"a","socket_id":{}})", "socket_id"},
        {R"({"name":"E","data":"1","channel":"a","info":1})", "info"},
        {R"({"name":"E","data":"1","channel":"a","info":["user_count"]})", "info"},
    };
    JsonReader reader;
    for (const Row& row : rows) {
        const HttpResponse response = world.post(path, row.body);
        EXPECT_EQ(response.status, 400) << row.body;
        EXPECT_EQ(response.content_type, "application/json") << row.body;
        const auto answer = reader.object(response.body);
        ASSERT_TRUE(answer) << response.body;
        ASSERT_EQ(answer->size(), 1U) << response.body;
        EXPECT_EQ(answer->front().key, row.field) << row.body;
        EXPECT_EQ(answer->front().kind, JsonKind::array) << response.body;
    }
    EXPECT_TRUE(listener->events.empty());
    EXPECT_EQ(world.shared.counters.messages_published, 0U);
}

TEST(EventsEndpoint, SaysWhichValueIsWrong) {
    ApiWorld world;
    const auto listener = world.listen({"a"});
    struct Row {
        const char* body;
        const char* named;
    };
    const Row rows[] = {
        {R"({"name":"E","data":"1","channels":["a","b c"]})", "b c"},
        {R"({"name":"E","data":"1","channels":["a",""]})", "channel name"},
        {R"({"name":"E","data":"1","channel":"a/b"})", "a/b"},
        {R"({"name":"E","data":"1","channel":"a","socket_id":"1"})", "socket id"},
        {R"({"name":"E","data":"1","channel":"a","socket_id":"1.2.3"})", "socket id"},
        {R"({"name":"E","data":"1","channel":"a","socket_id":"1.2 "})", "socket id"},
    };
    for (const Row& row : rows) {
        const HttpResponse response = world.post(path, row.body);
        EXPECT_EQ(response.status, 400) << row.body;
        EXPECT_NE(response.body.find(row.named), std::string::npos) << response.body;
    }
    EXPECT_TRUE(listener->events.empty()) << "some of it was published";
}

}  // namespace
}  // namespace reverb
