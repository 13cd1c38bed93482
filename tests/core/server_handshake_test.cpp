// A real server: what a client meets when it comes.
#include <gtest/gtest.h>

#include <thread>

#include "base/socket_id.h"
#include "support/http_client.h"
#include "support/test_server.h"

namespace reverb {
namespace {

using testing::ConnectOptions;
using testing::eventually;
using testing::http_get;
using testing::HttpReply;
using testing::ServerFrame;
using testing::TcpClient;
using testing::TestServer;
using testing::upgrade_request;
using testing::WebSocketClient;

// The error, then a close with the same code, then the end.
void expect_refused(WebSocketClient& client, unsigned code, const std::string& message) {
    const testing::Event error = client.event();
    EXPECT_EQ(error.name, "pusher:error");
    EXPECT_EQ(error.detail("code"), std::to_string(code));
    EXPECT_EQ(error.detail("message"), message);
    const ServerFrame close = client.receive();
    EXPECT_EQ(close.kind, ServerFrame::Kind::close);
    EXPECT_EQ(close.code, code);
    client.send_close(code);
    EXPECT_TRUE(client.tcp().closed());
}

TEST(ServerHandshake, GreetsAClient) {
    const TestServer server;
    const auto client = server.connect();
    EXPECT_TRUE(SocketId::parse(client->socket_id())) << client->socket_id();
    EXPECT_EQ(client->greeting().detail("activity_timeout"), "30");
    EXPECT_EQ(client->greeting().data_kind, JsonKind::string);
    EXPECT_EQ(server->connections("app-id"), 1U);
    EXPECT_EQ(server->stats().connections, 1U);
    EXPECT_EQ(server->stats().connections_opened, 1U);
}

TEST(ServerHandshake, AnswersAPing) {
    const TestServer server;
    const auto client = server.connect();
    client->send(R"({"event":"pusher:ping","data":{}})");
    EXPECT_EQ(client->event().name, "pusher:pong");
    client->send_frame(0x89, "here");
    const ServerFrame pong = client->receive();
    EXPECT_EQ(pong.kind, ServerFrame::Kind::pong);
    EXPECT_EQ(pong.payload, "here");
}

TEST(ServerHandshake, ReadsAMessageHoweverItIsCut) {
    const TestServer server;
    const auto client = server.connect();
    const std::string message = R"({"event":"pusher:ping","data":{}})";
    // In three frames, a control frame between them.
    client->send_frame(0x01, message.substr(0, 5));
    client->send_frame(0x89, "");
    client->send_frame(0x00, message.substr(5, 5));
    client->send_frame(0x80, message.substr(10));
    bool pong = false;
    for (int i = 0; i < 2; ++i) {
        const ServerFrame frame = client->receive();
        pong = pong || frame.payload == R"({"event":"pusher:pong"})";
    }
    EXPECT_TRUE(pong);
}

TEST(ServerHandshake, TakesTheFirstMessageTogetherWithTheRequest) {
    const TestServer server;
    TcpClient tcp(server.port());
    // An unmasked ping would be refused elsewhere; here all mask bytes are zero.
    const std::string message = R"({"event":"pusher:ping"})";
    std::string frame{
        static_cast<char>(0x81), static_cast<char>(0x80 | message.size()), 0, 0, 0, 0};
    tcp.send(upgrade_request() + frame + message);
    (void)tcp.read_until("\r\n\r\n");
    (void)tcp.read_until("pusher:connection_established");
    (void)tcp.read_until("pusher:pong");
}

// In one packet: a client is woken once for both.
TEST(ServerHandshake, GreetsTogetherWithTheUpgrade) {
    const TestServer server;
    for (int i = 0; i < 20; ++i) {
        TcpClient tcp(server.port());
        tcp.send(upgrade_request());
        (void)tcp.read_until("\r\n\r\n");
        EXPECT_TRUE(tcp.readable(std::chrono::milliseconds(0)));
    }
}

// libwebsockets would hang up on the first and garble its answer to the second.
TEST(ServerHandshake, RefusesExtensionsThatAreTooLong) {
    const TestServer server([](ServerConfig& config) { config.compression.enabled = true; });
    for (const std::string& header :
         {std::string(255, 'x'),
          "permessage-deflate; client_max_window_bits, " + std::string(360, 'x')}) {
        TcpClient tcp(server.port());
        tcp.send(upgrade_request({.headers = testing::offer(header)}));
        EXPECT_TRUE(tcp.read_until("\r\n\r\n").starts_with("HTTP/1.1 431 ")) << header;
    }
    TcpClient tcp(server.port());
    tcp.send(upgrade_request({.headers = testing::offer(std::string(254, 'x'))}));
    EXPECT_TRUE(tcp.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
}

TEST(ServerHandshake, RefusesAnUnknownApplication) {
    const TestServer server;
    WebSocketClient client(server.port(), {.key = "nobody"});
    expect_refused(client, 4001, "Application does not exist");
    EXPECT_TRUE(eventually([&] { return server->stats().connections == 0; }));
}

TEST(ServerHandshake, RefusesAnOrigin) {
    const TestServer server(
        [](ServerConfig& config) { config.apps[0].allowed_origins = {"example.com"}; });
    WebSocketClient client(server.port(), {.origin = "https://example.com.evil"});
    expect_refused(client, 4009, "Origin not allowed");
    WebSocketClient none(server.port(), {.origin = ""});
    expect_refused(none, 4009, "Origin not allowed");
    EXPECT_NO_THROW((void)server.connect({.origin = "https://example.com:444"}));
}

TEST(ServerHandshake, AdmitsMaxConnectionsAndNotOneMore) {
    static constexpr std::uint32_t limit = 6;
    const TestServer server([](ServerConfig& config) { config.apps[0].max_connections = limit; });
    std::vector<std::unique_ptr<WebSocketClient>> clients;
    for (std::uint32_t i = 0; i < limit; ++i) {
        clients.push_back(server.connect());
    }
    const auto by_thread = server->stats().connections_by_thread;
    EXPECT_EQ(by_thread, (std::vector<std::uint64_t>{limit / 2, limit / 2}));
    for (int i = 0; i < 3; ++i) {
        WebSocketClient refused(server.port());
        expect_refused(refused, 4004, "Application is over connection quota");
    }
    clients.pop_back();
    ASSERT_TRUE(eventually([&] { return server->connections("app-id") == limit - 1; }));
    clients.push_back(server.connect());
    WebSocketClient refused(server.port());
    expect_refused(refused, 4004, "Application is over connection quota");
}

// Many at once, on both threads: exactly as many as may come.
TEST(ServerHandshake, IsExactWhenManyComeAtOnce) {
    static constexpr int limit = 10;
    constexpr int comers = 8;
    const TestServer server([](ServerConfig& config) { config.apps[0].max_connections = limit; });
    std::atomic<int> admitted{0};
    std::atomic<int> refused{0};
    std::vector<std::unique_ptr<WebSocketClient>> clients(std::size_t{comers} * 4);
    std::vector<std::jthread> threads;
    for (int i = 0; i < comers; ++i) {
        threads.emplace_back([&, i] {
            for (int turn = 0; turn < 4; ++turn) {
                auto client = std::make_unique<WebSocketClient>(server.port());
                const std::string first = client->event().name;
                admitted += first == "pusher:connection_established" ? 1 : 0;
                refused += first == "pusher:error" ? 1 : 0;
                clients[static_cast<std::size_t>(i * 4 + turn)] = std::move(client);
            }
        });
    }
    threads.clear();
    EXPECT_EQ(admitted, limit);
    EXPECT_EQ(refused, comers * 4 - limit);
}

TEST(ServerHandshake, KnowsItsPrefix) {
    const TestServer server([](ServerConfig& config) { config.path = "ws/"; });
    EXPECT_NO_THROW((void)server.connect({.prefix = "/ws"}));
    EXPECT_THROW(WebSocketClient(server.port()), std::runtime_error);
    EXPECT_EQ(http_get(server.port(), "/ws/up").status, 200);
    EXPECT_EQ(http_get(server.port(), "/up").status, 404);
}

TEST(ServerHandshake, ServesHttpBesideWebSockets) {
    const TestServer server;
    const HttpReply up = http_get(server.port(), "/up");
    EXPECT_EQ(up.status, 200);
    EXPECT_EQ(up.body, R"({"health":"OK"})");
    EXPECT_EQ(up.headers.at("content-type"), "application/json");
    const HttpReply upgrade = http_get(server.port(), "/app/app-key");
    EXPECT_EQ(upgrade.status, 426);
    EXPECT_EQ(upgrade.headers.at("upgrade"), "websocket");
}

TEST(ServerHandshake, TellsHooks) {
    const TestServer server;
    server.hooks().want(Hook::connection_opened, true);
    server.hooks().want(Hook::connection_closed, true);
    std::atomic<int> woken{0};
    server.hooks().on_push([&] { ++woken; });
    auto client = server.connect();
    const std::string id = client->socket_id();
    client.reset();
    std::vector<HookEvent> told;
    ASSERT_TRUE(eventually([&] {
        for (HookEvent& event : server.hooks().take()) {
            told.push_back(std::move(event));
        }
        return told.size() == 2;
    }));
    EXPECT_EQ(told[0].hook, Hook::connection_opened);
    EXPECT_EQ(told[0].origin, "http://localhost");
    EXPECT_EQ(told[0].detail, "127.0.0.1");
    EXPECT_EQ(told[1].hook, Hook::connection_closed);
    EXPECT_EQ(told[1].subject, id);
    EXPECT_GT(woken, 0);
    server.hooks().on_push([] {});
}

}  // namespace
}  // namespace reverb
