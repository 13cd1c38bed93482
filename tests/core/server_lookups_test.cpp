// A real server whose applications are looked up by the test: handshakes, HTTP requests and events
// over the unix socket wait for the answer, and everybody else does not wait for them.
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <memory>
#include <optional>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "publisher/publisher.h"
#include "support/eventually.h"
#include "support/http_client.h"
#include "support/test_server.h"

namespace reverb {
namespace {

using namespace std::chrono_literals;
using testing::channel_auth;
using testing::ConnectOptions;
using testing::events_request;
using testing::eventually;
using testing::read_reply;
using testing::ServerFrame;
using testing::TcpClient;
using testing::test_application;
using testing::TestServer;
using testing::WebSocketClient;

constexpr const char* event_body = R"({"name":"Sent","channel":"news","data":"1"})";

// Without applications of its own; questions are answered when the test says so.
class LookupServer {
  public:
    explicit LookupServer(std::chrono::milliseconds timeout = 5s, std::chrono::seconds ttl = 60s)
        : server_(
              [&](ServerConfig& config) {
                  config.apps.clear();
                  config.application_timeout = timeout;
                  config.application_ttl = ttl;
              },
              [this](Server& server) {
                  server.look_up_applications([this] { asked_.release(); });
              }) {}

    // Waits for the next question.
    ApplicationName question() {
        for (;;) {
            if (auto name = server_->question()) {
                return *name;
            }
            if (!asked_.try_acquire_for(testing::patience)) {
                throw std::runtime_error("nothing is asked");
            }
        }
    }
    // Answers the next question by the test's application, where its name is asked for.
    void answer() {
        const ApplicationName name = question();
        const Application application = test_application();
        const std::string& own =
            name.by == ApplicationName::By::id ? application.id : application.key;
        server_->answer(name, own == name.value ? std::optional(application) : std::nullopt);
    }
    [[nodiscard]] TestServer& operator*() noexcept { return server_; }
    [[nodiscard]] TestServer* operator->() noexcept { return &server_; }

  private:
    std::counting_semaphore<> asked_{0};
    TestServer server_;
};

TEST(ServerLookups, GreetAClientWhenItsApplicationIsKnown) {
    LookupServer server;
    WebSocketClient client(server->port());
    EXPECT_TRUE(client.tcp().quiet(100ms));
    server.answer();
    client.greeted();
    // Known by now, and by its id too.
    const auto second = server->connect();
    EXPECT_EQ(server->publish("news", "x").status, 200);
    EXPECT_EQ((**server).connections("app-id"), 2U);
}

TEST(ServerLookups, GreetAllWhoWaitOnAllThreads) {
    LookupServer server;
    std::vector<std::unique_ptr<WebSocketClient>> clients;
    clients.reserve(10);
    for (int i = 0; i < 10; ++i) {
        clients.push_back(std::make_unique<WebSocketClient>(server->port()));
    }
    server.answer();
    for (const auto& client : clients) {
        client->greeted();
    }
    EXPECT_FALSE((**server).question());
}

TEST(ServerLookups, RefuseAClientOfAnApplicationThatIsNot) {
    LookupServer server;
    WebSocketClient client(server->port(), ConnectOptions{.key = "nobody"});
    server.answer();
    EXPECT_EQ(client.event().detail("code"), "4001");
    EXPECT_EQ(client.receive().code, 4001U);
}

TEST(ServerLookups, HandleWhatAClientSentWithoutWaiting) {
    LookupServer server;
    WebSocketClient client(server->port());
    client.send(R"({"event":"pusher:subscribe","data":{"channel":"news"}})");
    client.send(R"({"event":"pusher:ping"})");
    client.send_frame(0x01, R"({"event":"pusher)", 0);
    client.send_frame(0x80, R"(:ping"})", 0);
    EXPECT_TRUE(client.tcp().quiet(50ms));
    server.answer();
    client.greeted();
    EXPECT_EQ(client.event().name, "pusher_internal:subscription_succeeded");
    EXPECT_EQ(client.event().name, "pusher:pong");
    EXPECT_EQ(client.event().name, "pusher:pong");
}

TEST(ServerLookups, KeepLittleOfWhatComesTooEarly) {
    LookupServer server;
    WebSocketClient client(server->port());
    for (int i = 0; i < 200; ++i) {
        client.send("{}");
    }
    EXPECT_EQ(client.receive().code, 1009U);
    server.answer();
    EXPECT_TRUE(eventually([&] { return (**server).stats().connections == 0; }));
}

// The limit is the application's, and so are those of what came before it was known.
TEST(ServerLookups, KeepTheLimitOfAMessageThatCameTooEarly) {
    LookupServer server;
    Application application = test_application();
    application.max_message_size = 200;
    const auto ping = [](std::size_t size) {
        const std::string head = R"({"event":"pusher:ping","data":")";
        return head + std::string(size - head.size() - 2, 'x') + "\"}";
    };
    WebSocketClient fits(server->port());
    WebSocketClient exceeds(server->port());
    fits.send(ping(200));
    exceeds.send(ping(201));
    EXPECT_TRUE(fits.tcp().quiet(50ms));
    EXPECT_TRUE(exceeds.tcp().quiet(50ms));
    (**server).answer(server.question(), application);
    EXPECT_EQ(fits.greeted().event().name, "pusher:pong");
    EXPECT_EQ(exceeds.greeted().receive().code, 1009U);
}

TEST(ServerLookups, CountEmptyMessagesToo) {
    LookupServer server;
    WebSocketClient client(server->port());
    for (int i = 0; i < 200; ++i) {
        client.send("");
    }
    EXPECT_EQ(client.receive().code, 1009U);
}

TEST(ServerLookups, TellAClientThatWaitsToReconnectWhenTheServerEnds) {
    LookupServer server;
    WebSocketClient client(server->port());
    (void)server.question();
    (**server).drain();
    EXPECT_EQ(client.event().detail("code"), "4200");
    EXPECT_EQ(client.receive().code, 4200U);
}

TEST(ServerLookups, AreAwaitedByRequestsWhenTheServerEnds) {
    LookupServer server;
    TcpClient http(server->port());
    http.send(events_request(test_application(), event_body));
    const ApplicationName name = server.question();
    (**server).drain();
    EXPECT_FALSE(eventually([&] { return (**server).drained(); }, 300ms));
    (**server).answer(name, test_application());
    const testing::HttpReply reply = read_reply(http);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.headers.at("connection"), "close");
    EXPECT_TRUE(eventually([&] { return (**server).drained(); }));
}

TEST(ServerLookups, AreAwaitedByPublishersWhenTheServerEnds) {
    LookupServer server;
    PublisherTarget target;
    target.socket = (**server).socket();
    target.connect_timeout = target.timeout = testing::patience;
    const auto connection = PublisherConnection::open(target);
    std::jthread publisher([&] {
        EXPECT_EQ(connection->publish({"app-id", {"news"}, "Sent", "1", {}, {}}).status, 200);
    });
    const ApplicationName name = server.question();
    (**server).drain();
    EXPECT_FALSE(eventually([&] { return (**server).drained(); }, 300ms));
    (**server).answer(name, test_application());
    publisher.join();
    EXPECT_TRUE(eventually([&] { return (**server).drained(); }));
}

// libwebsockets does not read in the middle of a request: what comes meanwhile must not wake it
// again and again.
TEST(ServerLookups, CostNothingWhileARequestWaits) {
    const std::string list = "GET /apps/app-id/channels HTTP/1.1\r\nHost: x\r\n\r\n";
    LookupServer server;
    TcpClient more(server->port());
    more.send(list);
    auto gone = std::make_unique<TcpClient>(server->port());
    gone->send(list);
    const ApplicationName name = server.question();
    more.send(list);
    gone.reset();
    std::this_thread::sleep_for(50ms);
    const std::clock_t before = std::clock();
    std::this_thread::sleep_for(400ms);
    const double busy = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
    EXPECT_LT(busy, 0.1);
    (**server).answer(name, std::nullopt);
    EXPECT_EQ(read_reply(more).status, 404);
    EXPECT_EQ(read_reply(more).status, 404);
}

TEST(ServerLookups, TellAClientToTryAgainWhenNobodyAnswersInTime) {
    LookupServer server(300ms);
    WebSocketClient client(server->port());
    const ApplicationName name = server.question();
    EXPECT_EQ(client.event().detail("code"), "4100");
    EXPECT_EQ(client.receive().code, 4100U);
    (**server).answer(name, test_application());
    EXPECT_NO_THROW((void)server->connect());
}

TEST(ServerLookups, TellAllToTryAgainWhenAskingFails) {
    LookupServer server;
    WebSocketClient client(server->port());
    TcpClient http(server->port());
    http.send(events_request(test_application(), event_body));
    for (int i = 0; i < 2; ++i) {
        (**server).fail(server.question());
    }
    EXPECT_EQ(client.event().detail("code"), "4100");
    EXPECT_EQ(read_reply(http).status, 503);
}

TEST(ServerLookups, AnswerHttpRequestsWhenTheApplicationIsKnown) {
    LookupServer server;
    TcpClient http(server->port());
    http.send(events_request(test_application(), event_body));
    EXPECT_TRUE(http.quiet(100ms));
    server.answer();
    EXPECT_EQ(read_reply(http).status, 200);
    // The connection is kept, and the application as well.
    http.send(events_request(test_application(), event_body));
    EXPECT_EQ(read_reply(http).status, 200);
    http.send("GET /apps/nobody/channels HTTP/1.1\r\nHost: x\r\n\r\n");
    server.answer();
    EXPECT_EQ(read_reply(http).status, 404);
}

TEST(ServerLookups, AnswerAnHttpRequestThatNobodyAnsweredInTime) {
    LookupServer server(300ms);
    TcpClient http(server->port());
    http.send(events_request(test_application(), event_body));
    EXPECT_EQ(read_reply(http).status, 503);
    http.send("GET /up HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(read_reply(http).status, 200);
}

// A second request while the first waits is none that a client sends who waits for answers.
TEST(ServerLookups, SurviveRequestsPipelinedBehindOneThatWaits) {
    LookupServer server;
    const std::string list = "GET /apps/app-id/channels HTTP/1.1\r\nHost: x\r\n\r\n";
    TcpClient together(server->port());
    together.send(list + list + list);
    TcpClient apart(server->port());
    apart.send(list);
    EXPECT_TRUE(apart.quiet(50ms));
    apart.send(list);
    EXPECT_TRUE(eventually([&] { return (**server).question().has_value(); }));
    std::this_thread::sleep_for(50ms);
    (**server).answer({ApplicationName::By::id, "app-id"}, test_application());
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(read_reply(together).status, 401);
    }
    (void)server->connect();
    EXPECT_EQ(testing::http_get(server->port(), "/up").status, 200);
}

TEST(ServerLookups, KeepTheOrderOfEventsOverTheUnixSocket) {
    LookupServer server(5s, 1s);
    WebSocketClient client(server->port());
    server.answer();
    client.greeted().subscribe("news");
    PublisherTarget target;
    target.socket = (**server).socket();
    target.connect_timeout = target.timeout = testing::patience;
    const auto connection = PublisherConnection::open(target);
    // With open connections it is served until an answer says that it is no more.
    std::this_thread::sleep_for(1s);
    EXPECT_EQ(connection->publish({"app-id", {"other"}, "Sent", "", {}, {}}).status, 200);
    (**server).answer(server.question(), std::nullopt);
    std::this_thread::sleep_for(1s);
    std::jthread publisher([&] {
        for (int i = 0; i < 20; ++i) {
            const PublishRequest request{"app-id", {"news"}, "Sent", std::to_string(i), {}, {}};
            EXPECT_EQ(connection->publish(request).status, 200);
        }
        EXPECT_EQ(connection->publish({"nobody", {"news"}, "Sent", "", {}, {}}).status, 404);
    });
    EXPECT_TRUE(client.tcp().quiet(50ms));
    server.answer();
    server.answer();
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(client.event().data, std::to_string(i));
    }
}

TEST(ServerLookups, LeaveNobodyWaitingWhoHungUp) {
    LookupServer server;
    for (int i = 0; i < 10; ++i) {
        WebSocketClient client(server->port());
        TcpClient http(server->port());
        http.send("GET /apps/app-id/channels HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    EXPECT_TRUE(eventually([&] { return (**server).stats().connections_by_thread[0] == 0; }));
    server.answer();
    server.answer();
    (void)server->connect();
}

TEST(ServerLookups, MayEndWhileAllWait) {
    std::vector<std::unique_ptr<WebSocketClient>> clients;
    {
        LookupServer server;
        clients.push_back(std::make_unique<WebSocketClient>(server->port()));
        TcpClient http(server->port());
        http.send("GET /apps/app-id/channels HTTP/1.1\r\nHost: x\r\n\r\n");
        (void)server.question();
    }
    EXPECT_EQ(clients[0]->receive().kind, ServerFrame::Kind::end);
}

TEST(ServerLookups, TakeAChangedSecretForNewConnections) {
    LookupServer server(5s, 1s);
    WebSocketClient before(server->port());
    server.answer();
    before.greeted();
    Application changed = test_application();
    changed.secret = "changed";
    std::this_thread::sleep_for(2s);
    // As long as nobody asks, there is no news.
    (void)server->connect();
    (**server).answer(server.question(), changed);
    WebSocketClient after(server->port());
    after.greeted().subscribe("private-room", changed);
    before.subscribe("private-room", test_application());
}

// What is slow to be looked up delays only those who need it.
TEST(ServerLookups, DelayNobodyElse) {
    LookupServer server;
    WebSocketClient client(server->port());
    server.answer();
    client.greeted().subscribe("news");
    WebSocketClient waiting(server->port(), ConnectOptions{.key = "slow"});
    (void)server.question();
    EXPECT_EQ(server->publish("news", "x").status, 200);
    EXPECT_EQ(client.event().name, "event");
    EXPECT_TRUE(waiting.tcp().quiet(50ms));
}

TEST(ServerLookups, AreNeededWhereThereIsNoApplication) {
    ServerConfig config;
    config.host = "127.0.0.1";
    config.port = 0;
    Server server(config, std::make_shared<HookQueue>());
    try {
        server.start();
        FAIL() << "it started";
    } catch (const ConfigError& error) {
        EXPECT_EQ(error.setting(), "apps");
    }
}

}  // namespace
}  // namespace reverb
