#include <gtest/gtest.h>

#include "support/api_world.h"

namespace reverb {
namespace {

using testing::ApiWorld;

const std::string path = "/apps/app-id/batch_events";

TEST(BatchEndpoint, PublishesEachInOrder) {
    ApiWorld world;
    const auto listener = world.listen({"a", "b"});
    const HttpResponse response =
        world.post(path, R"({"batch":[{"name":"1","channel":"a","data":"x"},)"
                         R"({"name":"2","channel":"b","data":"y"},)"
                         R"({"name":"3","channel":"a","data":"z"}]})");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "{}");
    ASSERT_EQ(listener->events.size(), 3U);
    EXPECT_EQ(listener->events[0].name, "1");
    EXPECT_EQ(listener->events[1].name, "2");
    EXPECT_EQ(listener->events[1].channel, "b");
    EXPECT_EQ(listener->events[2].name, "3");
    EXPECT_EQ(listener->events[2].data, "z");
    EXPECT_EQ(world.shared.counters.messages_published, 3U);
}

TEST(BatchEndpoint, HasNoLimitOfItsOwn) {
    ApiWorld world;
    const auto listener = world.listen({"a"});
    std::string body = R"({"batch":[)";
    for (int i = 0; i < 500; ++i) {
        body += i > 0 ? "," : "";
        body += R"({"name":"E","channel":"a","data":"1"})";
    }
    EXPECT_EQ(world.post(path, body + "]}").status, 200);
    EXPECT_EQ(listener->events.size(), 500U);
}

TEST(BatchEndpoint, LeavesOutASocketEach) {
    ApiWorld world;
    const auto a = world.listen({"a"});
    const auto b = world.listen({"a"});
    EXPECT_EQ(world
                  .post(path, R"({"batch":[{"name":"1","channel":"a","data":"x","socket_id":")" +
                                  a->id().text() + R"("},{"name":"2","channel":"a","data":"x"}]})")
                  .status,
              200);
    EXPECT_EQ(a->events.size(), 1U);
    EXPECT_EQ(b->events.size(), 2U);
}

TEST(BatchEndpoint, AnswersInOrderWhereSomethingWasAskedFor) {
    ApiWorld world;
    const auto a = world.listen({"a"});
    const auto anna = world.join("presence-b", "anna", R"("anna")");
    EXPECT_EQ(
        world
            .post(path, R"({"batch":[)"
                        R"({"name":"1","channel":"presence-b","data":"x","info":"user_count"},)"
                        R"({"name":"2","channel":"a","data":"x"},)"
                        R"({"name":"3","channel":"a","data":"x","info":"subscription_count"}]})")
            .body,
        R"({"batch":[{"user_count":1},{},{"subscription_count":1}]})");
    EXPECT_EQ(world.post(path, R"({"batch":[]})").body, "{}");
}

TEST(BatchEndpoint, PublishesAllOrNone) {
    ApiWorld world;
    const auto listener = world.listen({"a"});
    const std::string good = R"({"name":"1","channel":"a","data":"x"})";
    struct Row {
        const char* item;
        const char* named;  // what the answer must say
    };
    const Row rows[] = {
        {"1", "\"batch.1\""},
        {"[]", "\"batch.1\""},
        {R"({"channel":"a","data":"x"})", "\"batch.1.name\""},
        {R"({"name":1,"channel":"a","data":"x"})", "\"batch.1.name\""},
        {R"({"name":"2","channel":"a"})", "\"batch.1.data\""},
        {R"({"name":"2","channel":"a","data":{}})", "\"batch.1.data\""},
        {R"({"name":"2","data":"x"})", "\"batch.1.channel"},
        {R"({"name":"2","channel":1,"data":"x"})", "\"batch.1.channel"},
        {R"({"name":"2","channel":"a","data":"x","socket_id":1})", "\"batch.1.socket_id\""},
        {R"({"name":"2","channel":"a","data":"x","info":1})", "\"batch.1.info\""},
        {R"({"name":"2","channel":"b c","data":"x"})", "b c"},
        {R"({"name":"2","channel":"a","data":"x","socket_id":"x"})", "socket id"},
    };
    for (const Row& row : rows) {
        const HttpResponse response =
            world.post(path, R"({"batch":[)" + good + "," + row.item + "," + good + "]}");
        EXPECT_EQ(response.status, 400) << row.item;
        EXPECT_NE(response.body.find(row.named), std::string::npos) << response.body;
    }
    for (const char* body :
         {R"({})", R"({"batch":null})", R"({"batch":{}})", R"({"batch":"x"})", "[]", "x", ""}) {
        EXPECT_EQ(world.post(path, body).status, 400) << body;
    }
    EXPECT_TRUE(listener->events.empty());
    EXPECT_EQ(world.shared.counters.messages_published, 0U);
}

// Nor is anybody told that an event went out which did not.
TEST(BatchEndpoint, SaysWhatTheServerDoesNotTake) {
    ApiWorld world;
    world.shared.config.outbox_limit = 10'000;
    const auto listener = world.listen({"a"});
    const auto batch = [&world](const std::string& data) {
        return world.post(path, R"({"batch":[{"name":"1","channel":"a","data":"x"},)"
                                R"({"name":"2","channel":"a","data":")" +
                                    data + R"("}]})");
    };
    const HttpResponse too_large = batch(std::string(10'000, 'x'));
    EXPECT_EQ(too_large.status, 413);
    EXPECT_NE(too_large.body.find("outbox_limit"), std::string::npos) << too_large.body;

    world.shared.thread.waiting = 65U << 20U;
    EXPECT_EQ(batch("y").status, 503);
    EXPECT_TRUE(listener->events.empty());
    EXPECT_EQ(world.shared.counters.messages_published, 0U);

    world.shared.thread.waiting = 0;
    EXPECT_EQ(batch("y").status, 200);
    EXPECT_EQ(listener->events.size(), 2U);
}

}  // namespace
}  // namespace reverb
