// A real server that goes down: politely, and with everybody told.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "publisher/publisher.h"
#include "support/http_client.h"
#include "support/test_server.h"

namespace reverb {
namespace {

using std::chrono::milliseconds;
using testing::Event;
using testing::events_request;
using testing::eventually;
using testing::http_get;
using testing::HttpReply;
using testing::listening;
using testing::read_reply;
using testing::ServerFrame;
using testing::TcpClient;
using testing::TestServer;
using testing::WebSocketClient;

// The error 4200, the close frame 4200, which the client answers, then the end.
void expect_goodbye(WebSocketClient& client) {
    const Event error = client.event();
    EXPECT_EQ(error.name, "pusher:error");
    EXPECT_EQ(error.detail("code"), "4200");
    const ServerFrame close = client.receive();
    EXPECT_EQ(close.kind, ServerFrame::Kind::close);
    EXPECT_EQ(close.code, 4200U);
    client.send_close(4200);
    EXPECT_TRUE(client.tcp().closed());
}

TEST(ServerDrain, ClosesEverybodyWith4200) {
    const TestServer server;
    std::vector<std::unique_ptr<WebSocketClient>> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(server.connect());
        clients.back()->subscribe("news");
    }
    EXPECT_FALSE(server->drained());
    server->drain();
    for (const auto& client : clients) {
        expect_goodbye(*client);
    }
    EXPECT_TRUE(eventually([&] { return server->drained(); }));
    EXPECT_EQ(server->connections("app-id"), 0U);
    EXPECT_EQ(server->channels("app-id"), 0U);
    EXPECT_FALSE(listening(server.port()));
    server->stop();
    EXPECT_FALSE(server->running());
}

TEST(ServerDrain, IsDoneAtOnceWithNobodyThere) {
    const TestServer server;
    server->drain();
    EXPECT_TRUE(eventually([&] { return server->drained(); }));
    server->drain();
    EXPECT_TRUE(server->drained());
}

// As a handler of signals asks for it, which may do no more than that.
TEST(ServerDrain, BeginsSoonWhenItIsRequested) {
    const TestServer server;
    const auto client = server.connect();
    server->request_drain();
    expect_goodbye(*client);
    EXPECT_TRUE(eventually([&] { return server->drained(); }));
    EXPECT_FALSE(listening(server.port()));
    server->drain();
    EXPECT_TRUE(server->drained());
}

TEST(ServerDrain, SendsWhatWaitsBeforeTheClose) {
    const TestServer server;
    const auto client = server.connect();
    client->subscribe("news");
    constexpr int events = 50;
    for (int i = 0; i < events; ++i) {
        ASSERT_EQ(server.publish("news", std::to_string(i)).status, 200);
    }
    server->drain();
    for (int i = 0; i < events; ++i) {
        EXPECT_EQ(client->event().data, std::to_string(i));
    }
    expect_goodbye(*client);
}

TEST(ServerDrain, DoesNotWaitForeverForAClientThatDoesNotAnswer) {
    const TestServer server([](ServerConfig& config) {
        config.drain_window = milliseconds(0);
        config.drain_timeout = milliseconds(500);
    });
    const auto client = server.connect();
    server->drain();
    EXPECT_EQ(client->event().detail("code"), "4200");
    EXPECT_EQ(client->receive().code, 4200U);
    // No answer.
    EXPECT_TRUE(eventually([&] { return server->drained(); }));
    server->stop();
    EXPECT_TRUE(client->tcp().closed());
}

// For drain_delay a load balancer is told, and still nobody is turned away without an answer.
TEST(ServerDrain, AnswersForDrainDelay) {
    const TestServer server(
        [](ServerConfig& config) { config.drain_delay = std::chrono::minutes(10); });
    const auto client = server.connect();
    client->subscribe("news");
    server->drain();
    EXPECT_EQ(http_get(server.port(), "/up").status, 503);
    TcpClient tcp(server.port());
    tcp.send(testing::upgrade_request());
    EXPECT_EQ(read_reply(tcp).status, 503);
    // Who is there is served.
    EXPECT_EQ(server.publish("news", "x").status, 200);
    EXPECT_EQ(client->event().data, "x");
    EXPECT_FALSE(server->drained());
}

TEST(ServerDrain, ClosesTheListenersAfterDrainDelay) {
    const TestServer server([](ServerConfig& config) { config.drain_delay = milliseconds(200); });
    const std::string socket = server->socket();
    const auto client = server.connect();
    server->drain();
    expect_goodbye(*client);
    EXPECT_TRUE(eventually([&] { return server->drained() && !listening(server.port()); }));
    EXPECT_NE(::access(socket.c_str(), F_OK), 0) << "publishers would still try the socket";
}

TEST(ServerDrain, MayBeStoppedWhileItWaits) {
    for (int delay = 0; delay < 10; ++delay) {
        const TestServer server(
            [&](ServerConfig& config) { config.drain_delay = milliseconds(delay); });
        const auto client = server.connect();
        server->drain();
        std::this_thread::sleep_for(milliseconds(delay));
        server->stop();
        EXPECT_TRUE(client->tcp().closed());
    }
}

TEST(ServerDrain, TellsPublishersToGoElsewhere) {
    const TestServer server([](ServerConfig& config) { config.drain_window = milliseconds(0); });
    PublisherTarget target;
    target.socket = server->socket();
    const auto publisher = PublisherConnection::open(target);
    const PublishRequest request{"app-id", {"news"}, "E", "1", {}, {}};
    EXPECT_EQ(publisher->publish(request).status, 200);
    // Somebody stays, so that the server does.
    const auto client = server.connect();
    server->drain();
    EXPECT_EQ(client->event().detail("code"), "4200");
    // Told so, it tries again, and the socket is gone.
    EXPECT_THROW((void)publisher->publish(request), ConnectError);
}

// Half of a request is there, or half of its body.
TEST(ServerDrain, AnswersWhatIsUnderWay) {
    for (const std::size_t missing : {std::size_t{5}, std::size_t{60}}) {
        const TestServer server;
        const std::string request =
            events_request(server.application(), R"({"name":"E","channel":"c","data":"1"})");
        TcpClient http(server.port());
        http.send(request.substr(0, request.size() - missing));
        // It has been read, like this one, which came later and is kept.
        TcpClient idle(server.port());
        idle.send("GET /up HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_EQ(read_reply(idle).status, 200);
        server->drain();
        EXPECT_TRUE(idle.closed());
        EXPECT_FALSE(server->drained());
        http.send(request.substr(request.size() - missing));
        const HttpReply reply = read_reply(http);
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(reply.headers.at("connection"), "close");
        EXPECT_TRUE(http.closed());
        EXPECT_TRUE(eventually([&] { return server->drained(); }));
    }
}

// Not in the time in which clients are to go, for a request has none, but in that of the server.
TEST(ServerDrain, GivesARequestTheTimeThatThereIs) {
    const TestServer server([](ServerConfig& config) { config.drain_window = milliseconds(0); });
    const std::string request =
        events_request(server.application(), R"({"name":"E","channel":"c","data":"1"})");
    TcpClient http(server.port());
    http.send(request.substr(0, request.size() - 5));
    const auto client = server.connect();
    server->drain();
    expect_goodbye(*client);
    std::this_thread::sleep_for(milliseconds(300));
    EXPECT_FALSE(server->drained());
    http.send(request.substr(request.size() - 5));
    EXPECT_EQ(read_reply(http).status, 200);
}

TEST(ServerDrain, DoesNotWaitForeverForARequest) {
    const TestServer server([](ServerConfig& config) { config.drain_timeout = milliseconds(500); });
    TcpClient http(server.port());
    http.send("POST /apps/app-id/events HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{");
    TcpClient silent(server.port());
    EXPECT_EQ(http_get(server.port(), "/up").status, 200);
    server->drain();
    EXPECT_TRUE(silent.closed());
    EXPECT_TRUE(eventually([&] { return server->drained(); }));
    EXPECT_TRUE(http.closed());
}

TEST(ServerDrain, KeepsNoConnectionOfHttpForDrainDelay) {
    const TestServer server(
        [](ServerConfig& config) { config.drain_delay = std::chrono::minutes(10); });
    TcpClient http(server.port());
    const std::string request =
        events_request(server.application(), R"({"name":"E","channel":"c","data":"1"})");
    http.send(request);
    EXPECT_EQ(read_reply(http).headers.count("connection"), 0U);
    server->drain();
    http.send(request);
    const HttpReply reply = read_reply(http);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.headers.at("connection"), "close");
    EXPECT_TRUE(http.closed());
}

TEST(ServerDrain, SpreadsTheCloses) {
    // A millisecond for each connection, up to the window.
    const TestServer server;
    std::vector<std::unique_ptr<WebSocketClient>> clients;
    for (int i = 0; i < 10; ++i) {
        clients.push_back(server.connect());
    }
    server->drain();
    server->drain();
    for (const auto& client : clients) {
        expect_goodbye(*client);
        EXPECT_TRUE(client->tcp().closed());
    }
}

}  // namespace
}  // namespace reverb
