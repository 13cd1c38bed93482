// A real server that is told to send to one connection, or to close it, whichever thread has it.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/socket_id.h"
#include "support/eventually.h"
#include "support/test_server.h"

namespace reverb {
namespace {

using testing::eventually;
using testing::TestServer;
using testing::WebSocketClient;

SocketId id_of(const WebSocketClient& client) {
    return SocketId::parse(client.socket_id()).value();
}

TEST(ServerConnection, GetsWhatItIsSentAndNobodyElseDoes) {
    const TestServer server;
    std::vector<std::unique_ptr<WebSocketClient>> clients;
    clients.reserve(4);
    for (int i = 0; i < 4; ++i) {  // on both threads
        clients.push_back(server.connect());
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
        server->send(id_of(*clients[i]), R"({"event":"for)" + std::to_string(i) + R"("})");
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
        EXPECT_EQ(clients[i]->receive().payload, R"({"event":"for)" + std::to_string(i) + R"("})");
        clients[i]->send(R"({"event":"pusher:ping"})");
        EXPECT_EQ(clients[i]->event().name, "pusher:pong");
    }
}

TEST(ServerConnection, GetsMessagesInTheirOrderAndOfAnySize) {
    const TestServer server;
    const auto client = server.connect();
    std::vector<std::string> sent;
    for (const std::size_t size : {0U, 1U, 125U, 126U, 65'535U, 65'536U, 200'000U}) {
        sent.emplace_back(size, 'x');
        server->send(id_of(*client), sent.back());
    }
    for (const std::string& message : sent) {
        EXPECT_EQ(client->receive().payload, message);
    }
}

// Connections are looked for by their ids only once anybody asks.
TEST(ServerConnection, IsFoundWhetherItCameBeforeTheFirstMessageOrAfter) {
    const TestServer server([](ServerConfig& config) { config.threads = 1; });
    const auto early = server.connect();
    auto gone = server.connect();
    server->send(id_of(*early), "one");
    EXPECT_EQ(early->receive().payload, "one");
    const auto late = server.connect();
    const SocketId gone_id = id_of(*gone);
    gone.reset();
    EXPECT_TRUE(eventually([&] { return server->stats().connections == 2; }));
    server->send(gone_id, "lost");
    server->send(id_of(*late), "two");
    server->send(id_of(*early), "three");
    EXPECT_EQ(late->receive().payload, "two");
    EXPECT_EQ(early->receive().payload, "three");
}

TEST(ServerConnection, NobodyIsToldOfAConnectionThatIsNot) {
    const TestServer server;
    const auto client = server.connect();
    server->send(SocketId{1, 1}, "lost");
    server->disconnect(SocketId{1, 1}, 1000, "");
    client->send(R"({"event":"pusher:ping"})");
    EXPECT_EQ(client->event().name, "pusher:pong");
}

TEST(ServerConnection, ClosesWithTheCodeAndLeavesItsChannelsAtOnce) {
    const TestServer server;
    const auto client = server.connect();
    const auto other = server.connect();
    client->subscribe("news");
    server->send(id_of(*client), "last words");
    server->disconnect(id_of(*client), 4100, "Come back later");
    EXPECT_EQ(client->receive().payload, "last words");
    const auto frame = client->receive();
    EXPECT_EQ(frame.code, 4100U);
    EXPECT_EQ(frame.payload, "Come back later");
    EXPECT_TRUE(eventually([&] { return server->stats().channels == 0; }));
    EXPECT_EQ(server->stats().connections, 1U);
    server->send(id_of(*client), "too late");
    other->send(R"({"event":"pusher:ping"})");
    EXPECT_EQ(other->event().name, "pusher:pong");
}

TEST(ServerConnection, ToldAfterTheEndDoesNothing) {
    const TestServer server;
    const auto client = server.connect();
    server->stop();
    EXPECT_NO_THROW(server->send(id_of(*client), "nobody there"));
    EXPECT_NO_THROW(server->disconnect(id_of(*client), 1000, ""));
}

TEST(ServerConnection, CountsMessagesByApplication) {
    const TestServer server([](ServerConfig& config) {
        Application other = testing::test_application();
        other.id = "other-id";
        other.key = "other-key";
        config.apps.push_back(other);
    });
    const auto client = server.connect();
    const auto second = server.connect();
    client->subscribe("news");
    second->subscribe("news");
    EXPECT_EQ(server.publish("news", "1").status, 200);
    EXPECT_EQ(client->event().name, "event");
    EXPECT_EQ(second->event().name, "event");
    const auto of = [&server](const std::string& app_id) {
        for (ApplicationStats& stats : server->stats().applications) {
            if (stats.app_id == app_id) {
                return std::move(stats);
            }
        }
        return ApplicationStats{};
    };
    EXPECT_EQ(of("app-id").connections, 2U);
    EXPECT_EQ(of("app-id").channels, 1U);
    EXPECT_EQ(of("app-id").messages_received, 2U);  // the subscriptions
    EXPECT_EQ(of("app-id").messages_sent, 6U);      // greetings, confirmations, the event
    EXPECT_EQ(of("other-id").messages_sent, 0U);
    EXPECT_EQ(server->stats().applications.size(), 2U);
}

}  // namespace
}  // namespace reverb
