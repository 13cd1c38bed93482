// A real server that is asked for its status over the unix socket.
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "base/json.h"
#include "publisher/publisher.h"
#include "support/eventually.h"
#include "support/test_server.h"

namespace reverb {
namespace {

using testing::eventually;
using testing::TestServer;

std::unique_ptr<PublisherConnection> connection_to(const TestServer& server) {
    PublisherTarget target;
    target.socket = server->socket();
    target.connect_timeout = target.timeout = testing::patience;
    return PublisherConnection::open(target);
}

// A member of the answer: a string's text, everything else as JSON.
std::string member(const std::string& json, std::string_view name) {
    JsonReader reader;
    const auto object = reader.object(json);
    const JsonField* field = object ? find(*object, name) : nullptr;
    if (field == nullptr) {
        return "(absent)";
    }
    return field->kind == JsonKind::string ? field->text : field->raw;
}

TEST(ServerStatus, TellsWhatTheServerIs) {
    const TestServer server([](ServerConfig& config) {
        config.version = "1.2.3";
        config.path = "/ws";
    });
    const auto connection = connection_to(server);
    const Answer answer = connection->status();
    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(member(answer.body, "version"), "1.2.3");
    EXPECT_EQ(member(answer.body, "pid"), std::to_string(::getpid()));
    EXPECT_EQ(member(answer.body, "uptime"), "0");
    EXPECT_EQ(member(answer.body, "address"), "127.0.0.1:" + std::to_string(server.port()));
    EXPECT_EQ(member(answer.body, "path"), "/ws");
    EXPECT_EQ(member(answer.body, "tls"), "false");
    EXPECT_EQ(member(answer.body, "socket"), server->socket());
    EXPECT_EQ(member(answer.body, "draining"), "false");
    EXPECT_EQ(member(answer.body, "threads"),
              R"([{"connections":0,"queued_bytes":0},{"connections":0,"queued_bytes":0}])");
}

TEST(ServerStatus, Counts) {
    const TestServer server;
    const auto client = server.connect();
    client->subscribe("news");
    const auto connection = connection_to(server);
    EXPECT_EQ(connection->publish({"app-id", {"news"}, "Sent", "1", {}, {}}).status, 200);
    EXPECT_EQ(client->event().name, "Sent");
    const std::string status = connection->status().body;
    EXPECT_EQ(member(status, "connections"), "1");
    EXPECT_EQ(member(status, "channels"), "1");
    EXPECT_EQ(member(status, "connections_opened"), "1");
    EXPECT_EQ(member(status, "messages_received"), "1");
    EXPECT_EQ(member(status, "messages_published"), "1");
    EXPECT_EQ(member(status, "deliveries"), "1");
    EXPECT_EQ(member(status, "hooks_waiting"), "0");
    EXPECT_EQ(member(member(status, "applications"), "app-id"),
              R"({"connections":1,"channels":1,"messages_received":1,"messages_sent":3})");
    const std::string subscription = R"({"event":"pusher:subscribe","data":{"channel":"news"}})";
    EXPECT_EQ(member(status, "bytes_received"), std::to_string(subscription.size()));
    EXPECT_GT(std::stoul(member(status, "bytes_sent")), 100U);
}

// An answer that is too long would cost the connection.
TEST(ServerStatus, ListsTheBusiestApplicationsWhereThereAreVeryMany) {
    const TestServer server([](ServerConfig& config) {
        for (int i = 0; i < 20'000; ++i) {
            Application application = testing::test_application();
            application.id = "app-" + std::to_string(i);
            application.key = "key-" + std::to_string(i);
            config.apps.push_back(application);
        }
    });
    const auto client = server.connect({.key = "key-19876"});
    const auto connection = connection_to(server);
    const std::string status = connection->status().body;
    EXPECT_EQ(member(status, "applications_left_out"), "19001");
    EXPECT_EQ(member(member(status, "applications"), "app-19876"),
              R"({"connections":1,"channels":0,"messages_received":0,"messages_sent":1})");
    EXPECT_EQ(connection->status().status, 200);
}

// One connection serves both kinds of questions, in their order.
TEST(ServerStatus, IsAnsweredBetweenEvents) {
    const TestServer server;
    const auto connection = connection_to(server);
    for (int i = 1; i <= 3; ++i) {
        EXPECT_EQ(connection->publish({"app-id", {"news"}, "Sent", "1", {}, {}}).status, 200);
        EXPECT_EQ(member(connection->status().body, "messages_published"), std::to_string(i));
    }
    EXPECT_TRUE(connection->connected());
}

TEST(ServerStatus, IsToldWhileTheServerDrains) {
    const TestServer server(
        [](ServerConfig& config) { config.drain_delay = std::chrono::seconds(2); });
    const auto client = server.connect();
    const auto connection = connection_to(server);
    connection->connect();
    server->drain();
    EXPECT_EQ(member(connection->status().body, "draining"), "true");
}

TEST(ServerStatus, IsNotToldOverHttp) {
    PublisherTarget target;
    target.host = "127.0.0.1";
    target.port = 1;
    target.key = "key";
    target.secret = "secret";
    EXPECT_THROW((void)PublisherConnection::open(target)->status(), NoStatus);
}

}  // namespace
}  // namespace reverb
