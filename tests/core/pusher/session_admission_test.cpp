// Who may connect: applications, origins, quotas.
#include <gtest/gtest.h>

#include "support/session_world.h"

namespace reverb {
namespace {

using testing::Client;
using testing::error_message;
using testing::SessionWorld;
using testing::test_application;

const Handshake good{"app-key", "http://localhost", "192.0.2.7"};

TEST(SessionAdmission, GreetsWithSocketIdAndActivityTimeout) {
    Application application = test_application();
    application.activity_timeout = 42;
    SessionWorld world(application);
    const auto client = world.open(good);
    EXPECT_EQ(client->transport.take_one(),
              R"({"event":"pusher:connection_established","data":"{\"socket_id\":\")" +
                  client->id() + R"(\",\"activity_timeout\":42}"})");
    EXPECT_TRUE(client->session->established());
    EXPECT_FALSE(client->transport.closed);
    EXPECT_EQ(world.shared.applications.connections(), 1U);
    EXPECT_EQ(world.shared.counters.connections_opened, 1U);
}

TEST(SessionAdmission, TellsOfAConnectionAndItsEnd) {
    SessionWorld world;
    auto client = world.open(good);
    const std::string id = client->id();
    const auto opened = world.shared.hooks.take();
    ASSERT_EQ(opened.size(), 1U);
    EXPECT_EQ(opened[0].hook, Hook::connection_opened);
    EXPECT_EQ(opened[0].app_id, "app-id");
    EXPECT_EQ(opened[0].subject, id);
    EXPECT_EQ(opened[0].origin, "http://localhost");
    EXPECT_EQ(opened[0].detail, "192.0.2.7");
    client.reset();
    EXPECT_EQ(world.hooks(), (std::vector<std::string>{"connection_closed " + id}));
    EXPECT_EQ(world.shared.applications.connections(), 0U);
}

TEST(SessionAdmission, MakesNothingForHooksNobodyWants) {
    SessionWorld world;
    for (unsigned hook = 0; hook < static_cast<unsigned>(Hook::count); ++hook) {
        world.shared.hooks.want(static_cast<Hook>(hook), false);
    }
    auto client = world.open(good);
    world.subscribe(*client, "a");
    client.reset();
    EXPECT_TRUE(world.shared.hooks.take().empty());
}

TEST(SessionAdmission, GivesEachItsOwnSocketId) {
    SessionWorld world;
    const auto a = world.connect();
    const auto b = world.connect();
    EXPECT_NE(a->id(), b->id());
}

// Refused: the error, then a close with the same code; nothing counted, nobody told.
void expect_refused(SessionWorld& world, const Handshake& handshake, int code,
                    const std::string& text) {
    const std::uint64_t before = world.shared.applications.connections();
    (void)world.hooks();
    {
        const auto client = world.open(handshake);
        EXPECT_EQ(client->transport.take_one(), error_message(code, text));
        EXPECT_EQ(client->transport.closed, static_cast<CloseCode>(code));
        EXPECT_EQ(client->transport.close_reason, text);
        EXPECT_FALSE(client->session->established());
        EXPECT_EQ(client->session->max_message_size(), 0U);
        // What it sends all the same is not heard.
        EXPECT_TRUE(world.send(*client, R"({"event":"pusher:ping"})").empty());
        EXPECT_EQ(world.shared.counters.messages_received, 0U);
    }
    EXPECT_EQ(world.shared.applications.connections(), before);
    EXPECT_TRUE(world.hooks().empty());
}

TEST(SessionAdmission, RefusesAnUnknownApplication) {
    SessionWorld world;
    expect_refused(world, {"other-key", "", ""}, 4001, "Application does not exist");
    expect_refused(world, {"app-id", "", ""}, 4001, "Application does not exist");
}

TEST(SessionAdmission, RefusesAnOriginThatIsNotAllowed) {
    Application application = test_application();
    application.allowed_origins = {"example.com"};
    SessionWorld world(application);
    expect_refused(world, {"app-key", "https://example.com.evil", ""}, 4009, "Origin not allowed");
    expect_refused(world, {"app-key", "", ""}, 4009, "Origin not allowed");
    EXPECT_TRUE(world.open({"app-key", "https://example.com", ""})->session->established());
}

TEST(SessionAdmission, RefusesOneMoreThanMaxConnections) {
    Application application = test_application();
    application.max_connections = 2;
    SessionWorld world(application);
    const auto first = world.connect();
    auto second = world.connect();
    expect_refused(world, good, 4004, "Application is over connection quota");
    second.reset();
    EXPECT_TRUE(world.open(good)->session->established());
}

TEST(SessionAdmission, CountsEachApplicationForItself) {
    Application small = test_application();
    small.max_connections = 1;
    Application other = test_application();
    other.id = "other";
    other.key = "other-key";
    SessionWorld world({small, other});
    const auto first = world.connect();
    const auto second = world.connect("other-key");
    EXPECT_TRUE(first->session->established());
    EXPECT_TRUE(second->session->established());
    expect_refused(world, good, 4004, "Application is over connection quota");
}

TEST(SessionAdmission, TellsTheSizeThatAMessageMayHave) {
    Application application = test_application();
    application.max_message_size = 777;
    SessionWorld world(application);
    EXPECT_EQ(world.connect()->session->max_message_size(), 777U);
}

}  // namespace
}  // namespace reverb
