// Which endpoint a request reaches, and whether it may.
#include "http/api.h"

#include <gtest/gtest.h>

#include "support/api_world.h"

namespace reverb {
namespace {

using testing::ApiWorld;
using testing::header;
using testing::test_application;

const std::string event = R"({"name":"E","channel":"a","data":"{}"})";

TEST(HttpApi, SaysThatItIsUp) {
    ApiWorld world;
    const HttpResponse response = world.plain("GET", "/up");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, R"({"health":"OK"})");
    EXPECT_EQ(response.content_type, "application/json");
}

TEST(HttpApi, SaysThatItIsGoingDown) {
    ApiWorld world;
    world.shared.services.draining = true;
    EXPECT_EQ(world.plain("GET", "/up").status, 503);
}

TEST(HttpApi, AsksForAnUpgradeWhereWebSocketsAre) {
    ApiWorld world;
    const HttpResponse response = world.plain("GET", "/app/app-key");
    EXPECT_EQ(response.status, 426);
    EXPECT_EQ(header(response, "Upgrade"), "websocket");
    EXPECT_EQ(world.plain("GET", "/app/no-such-key").status, 426);
}

TEST(HttpApi, KnowsNoOtherPaths) {
    ApiWorld world;
    for (const char* path :
         {"/", "/up/", "/app", "/app/", "/apps", "/apps/app-id", "/events", "/apps//events",
          "/apps/app-id/other", "/apps/app-id/events/1", "/apps/app-id/users/7", "//up"}) {
        const HttpResponse response = world.plain("GET", path);
        EXPECT_EQ(response.status, 404) << path;
        EXPECT_EQ(response.body, "Not found.");
        EXPECT_EQ(response.content_type, "text/plain; charset=utf-8");
    }
}

TEST(HttpApi, NamesTheMethodThatIsAllowed) {
    ApiWorld world;
    struct Row {
        const char* method;
        const char* path;
        const char* allow;
    };
    const Row rows[] = {
        {"POST", "/up", "GET, HEAD"},
        {"POST", "/app/app-key", "GET, HEAD"},
        {"GET", "/apps/app-id/events", "POST"},
        {"HEAD", "/apps/app-id/events", "POST"},
        {"PUT", "/apps/app-id/events", "POST"},
        {"OPTIONS", "/apps/app-id/events", "POST"},
        {"GET", "/apps/app-id/batch_events", "POST"},
        {"POST", "/apps/app-id/channels", "GET, HEAD"},
        {"DELETE", "/apps/app-id/channels/a", "GET, HEAD"},
        {"POST", "/apps/app-id/channels/a/users", "GET, HEAD"},
        {"POST", "/apps/app-id/connections", "GET, HEAD"},
        {"GET", "/apps/app-id/users/7/terminate_connections", "POST"},
        {"", "/up", "GET, HEAD"},
    };
    for (const Row& row : rows) {
        const HttpResponse response = world.plain(row.method, row.path);
        EXPECT_EQ(response.status, 405) << row.method << ' ' << row.path;
        EXPECT_EQ(header(response, "Allow"), row.allow) << row.method << ' ' << row.path;
        EXPECT_EQ(response.body, "Method not allowed.");
    }
}

TEST(HttpApi, AnswersHeadAsGet) {
    ApiWorld world;
    EXPECT_EQ(world.plain("HEAD", "/up").status, 200);
    EXPECT_EQ(world.plain("HEAD", "/app/app-key").status, 426);
    EXPECT_EQ(world.call("HEAD", "/apps/app-id/connections").status, 200);
}

TEST(HttpApi, NeedsItsPrefix) {
    ApiWorld world;
    world.shared.config.path = "/ws";
    EXPECT_EQ(world.plain("GET", "/ws/up").status, 200);
    EXPECT_EQ(world.plain("GET", "/up").status, 404);
    EXPECT_EQ(world.plain("GET", "/wsup").status, 404);
    EXPECT_EQ(world.plain("GET", "/ws").status, 404);
}

// SDKs sign the path without the prefix that a proxy or the setting puts in front.
TEST(HttpApi, ChecksSignaturesWithoutThePrefix) {
    ApiWorld world;
    world.shared.config.path = "/ws";
    HttpRequest request{"POST", "/ws/apps/app-id/events", {}, event};
    const Application& application = world.shared.config.apps.front();
    request.query = signed_query(application.key, application.secret, "POST", "/apps/app-id/events",
                                 event, unix_seconds());
    EXPECT_EQ(std::get<HttpResponse>(world.api.handle(request)).status, 200);
}

TEST(HttpApi, KnowsItsApplications) {
    ApiWorld world;
    const HttpResponse response = world.post("/apps/other/events", event);
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(response.body, "No matching application for ID [other].");
    // The key is not the id.
    EXPECT_EQ(world.post("/apps/app-key/events", event).status, 404);
}

TEST(HttpApi, NeedsASignatureEverywhereBelowApps) {
    ApiWorld world;
    std::uint64_t refused = 0;
    const auto expect_refused = [&](const HttpResponse& response) {
        EXPECT_EQ(response.status, 401);
        EXPECT_EQ(response.body, "Authentication signature invalid.");
        EXPECT_EQ(world.shared.counters.auth_failures, ++refused);
    };
    expect_refused(world.plain("POST", "/apps/app-id/events", {}, event));
    expect_refused(world.plain("POST", "/apps/app-id/batch_events", {}, R"({"batch":[]})"));
    expect_refused(world.plain("GET", "/apps/app-id/channels"));
    expect_refused(world.plain("GET", "/apps/app-id/channels/a"));
    expect_refused(world.plain("GET", "/apps/app-id/channels/presence-a/users"));
    expect_refused(world.plain("GET", "/apps/app-id/connections"));
    expect_refused(world.plain("POST", "/apps/app-id/users/7/terminate_connections"));
}

TEST(HttpApi, RefusesSignaturesOfAnythingElse) {
    Application other = test_application();
    other.id = "other";
    other.key = "other-key";
    other.secret = "other-secret";
    ApiWorld world({test_application(), other});
    const auto listener = world.listen({"a"});
    const Application& ours = world.shared.config.apps.front();
    const std::string path = "/apps/app-id/events";
    const std::int64_t now = unix_seconds();
    const std::string good = signed_query(ours.key, ours.secret, "POST", path, event, now);
    const std::string queries[] = {
        signed_query(ours.key, "wrong", "POST", path, event, now),
        signed_query("wrong", ours.secret, "POST", path, event, now),
        signed_query(other.key, other.secret, "POST", path, event, now),
        signed_query(ours.key, ours.secret, "GET", path, event, now),
        signed_query(ours.key, ours.secret, "POST", "/apps/other/events", event, now),
        signed_query(ours.key, ours.secret, "POST", path, event + " ", now),
        signed_query(ours.key, ours.secret, "POST", path, "", now),
        signed_query(ours.key, ours.secret, "POST", path, event, now - 700),
        signed_query(ours.key, ours.secret, "POST", path, event, now + 700),
        good.substr(0, good.size() - 1),
        good + "0",
        good + "&further=1",
    };
    for (const std::string& query : queries) {
        EXPECT_EQ(world.plain("POST", path, query, event).status, 401) << query;
    }
    EXPECT_TRUE(listener->events.empty());
    EXPECT_EQ(world.plain("POST", path, good, event).status, 200);
    EXPECT_EQ(listener->events.size(), 1U);
}

TEST(HttpApi, TakesASpaceForThePlusThatWasSigned) {
    ApiWorld world;
    const auto ana = world.join("presence-a", "ana+1", R"("ana+1")");
    const auto ben = world.join("presence-a", "ana 1", R"("ana 1")");
    const Application& application = world.shared.config.apps.front();
    const std::string end = "/terminate_connections";
    const auto query = [&](const std::string& user) {
        return signed_query(application.key, application.secret, "POST",
                            "/apps/app-id/users/" + user + end, {}, unix_seconds());
    };
    const std::string target = "/apps/app-id/users/ana 1" + end;
    EXPECT_EQ(world.plain("POST", target, query("ana+1")).status, 200);
    EXPECT_TRUE(ana->terminated);
    EXPECT_FALSE(ben->terminated);
    EXPECT_EQ(world.plain("POST", target, query("ana 1")).status, 200);
    EXPECT_TRUE(ben->terminated);
    EXPECT_EQ(world.plain("POST", target, query("ana-1")).status, 401);
}

TEST(HttpApi, TakesOldTimestampsOnlyWhereTheSettingSaysSo) {
    ApiWorld world;
    const Application& ours = world.shared.config.apps.front();
    const std::string path = "/apps/app-id/events";
    const std::string old =
        signed_query(ours.key, ours.secret, "POST", path, event, unix_seconds() - 100'000);
    EXPECT_EQ(world.plain("POST", path, old, event).status, 401);
    world.shared.config.auth_timestamp_tolerance = std::chrono::seconds(0);
    EXPECT_EQ(world.plain("POST", path, old, event).status, 200);
}

TEST(AppKey, IsReadFromAWebSocketsPath) {
    EXPECT_EQ(app_key_of("", "/app/key"), "key");
    EXPECT_EQ(app_key_of("/ws", "/ws/app/key"), "key");
    for (const char* target : {"/app/", "/app", "/apps/key", "/app/key/", "/app/a/b", "/", ""}) {
        EXPECT_EQ(app_key_of("", target), "") << target;
    }
    EXPECT_EQ(app_key_of("/ws", "/app/key"), "");
    EXPECT_EQ(app_key_of("/ws", "/ws/ws/app/key"), "");
}

}  // namespace
}  // namespace reverb
