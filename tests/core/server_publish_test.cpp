// A real server: every way of publishing reaches every subscriber it should, once and in order.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "http/signature.h"
#include "publisher/publisher.h"
#include "support/http_client.h"
#include "support/test_server.h"

namespace reverb {
namespace {

using testing::channel_auth;
using testing::Event;
using testing::events_request;
using testing::eventually;
using testing::HttpReply;
using testing::read_reply;
using testing::TcpClient;
using testing::TestServer;
using testing::WebSocketClient;

PublishRequest request_for(const std::string& channel, const std::string& data,
                           const std::string& except = {}) {
    return {"app-id", {channel}, "Sent", data, except, {}};
}

std::unique_ptr<PublisherConnection> publisher(const TestServer& server, bool over_http) {
    PublisherTarget target;
    if (over_http) {
        target.host = "127.0.0.1";
        target.port = server.port();
        target.key = server.application().key;
        target.secret = server.application().secret;
    } else {
        target.socket = server->socket();
    }
    target.connect_timeout = target.timeout = testing::patience;
    return PublisherConnection::open(target);
}

// In-process, over the unix socket, over HTTP.
using Publish = std::function<Answer(const PublishRequest&)>;
std::map<std::string, Publish> ways_of(const TestServer& server) {
    const std::shared_ptr<PublisherConnection> socket = publisher(server, false);
    const std::shared_ptr<PublisherConnection> http = publisher(server, true);
    return {
        {"in-process",
         [&server](const PublishRequest& one) { return server->publish(one).value(); }},
        {"unix socket", [socket](const PublishRequest& one) { return socket->publish(one); }},
        {"HTTP", [http](const PublishRequest& one) { return http->publish(one); }},
    };
}

TEST(ServerPublish, ReachesSubscribersWhicheverWayItCame) {
    const TestServer server;
    const auto first = server.connect();
    const auto second = server.connect();
    const auto stranger = server.connect();
    first->subscribe("news");
    second->subscribe("news");
    stranger->subscribe("other");
    for (const auto& [way, publish] : ways_of(server)) {
        const std::string data = R"({"way":")" + way + "\"}";
        const Answer answer = publish(request_for("news", data));
        EXPECT_EQ(answer.status, 200) << way << ' ' << answer.body;
        EXPECT_EQ(answer.body, "{}") << way;
        for (WebSocketClient* client : {first.get(), second.get()}) {
            const Event event = client->event();
            EXPECT_EQ(event.name, "Sent");
            EXPECT_EQ(event.channel, "news");
            EXPECT_EQ(event.data, data);
            EXPECT_EQ(event.data_kind, JsonKind::string);
        }
    }
    // Nothing of it came to another channel: the next thing there is this.
    EXPECT_EQ(server.publish("other", "mine").status, 200);
    EXPECT_EQ(stranger->event().data, "mine");
    EXPECT_EQ(server->stats().messages_published, 4U);
    EXPECT_EQ(server->stats().deliveries, 7U);
}

TEST(ServerPublish, LeavesOutTheExcludedSocketWhicheverWayItCame) {
    const TestServer server;
    const auto sender = server.connect();
    const auto other = server.connect();
    sender->subscribe("news");
    other->subscribe("news");
    for (const auto& [way, publish] : ways_of(server)) {
        EXPECT_EQ(publish(request_for("news", way, sender->socket_id())).status, 200) << way;
        EXPECT_EQ(other->event().data, way);
    }
    EXPECT_EQ(server.publish("news", "for all").status, 200);
    EXPECT_EQ(sender->event().data, "for all");
}

TEST(ServerPublish, AnswersWhatIsWrongWhicheverWayItCame) {
    const TestServer server;
    for (const auto& [way, publish] : ways_of(server)) {
        EXPECT_EQ(publish(request_for("not valid", "x")).status, 400) << way;
        EXPECT_EQ(publish(request_for("news", "x", "not-an-id")).status, 400) << way;
        PublishRequest other = request_for("news", "x");
        other.app_id = "nobody";
        EXPECT_EQ(publish(other).status, 404) << way;
        EXPECT_EQ(publish(request_for("news", "x")).status, 200) << way << " after an error";
    }
}

TEST(ServerPublish, AnswersAttributesWhicheverWayItCame) {
    const TestServer server;
    const auto client = server.connect();
    client->subscribe("news");
    for (const auto& [way, publish] : ways_of(server)) {
        PublishRequest one = request_for("news", "x");
        one.info = "subscription_count";
        EXPECT_EQ(publish(one).body, R"({"channels":{"news":{"subscription_count":1}}})") << way;
    }
}

TEST(ServerPublish, KeepsAnHttpConnection) {
    const TestServer server;
    const auto client = server.connect();
    client->subscribe("news");
    TcpClient tcp(server.port());
    for (int i = 0; i < 5; ++i) {
        tcp.send(events_request(server.application(), R"({"name":"E","channel":"news","data":")" +
                                                          std::to_string(i) + "\"}"));
        const HttpReply reply = read_reply(tcp);
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(reply.body, "{}");
        EXPECT_EQ(client->event().data, std::to_string(i));
    }
}

TEST(ServerPublish, TakesRequestsUpToTheLimitAndKeepsTheConnectionBeyond) {
    constexpr std::size_t limit = 2'000;
    const TestServer server([](ServerConfig& config) { config.max_request_size = limit; });
    TcpClient tcp(server.port());
    const auto body_of = [](std::size_t size) {
        const std::string frame = R"({"name":"E","channel":"news","data":""})";
        std::string body = frame;
        return body.insert(frame.size() - 2, std::string(size - frame.size(), 'x'));
    };
    tcp.send(events_request(server.application(), body_of(limit)));
    EXPECT_EQ(read_reply(tcp).status, 200);
    tcp.send(events_request(server.application(), body_of(limit + 1)));
    const HttpReply refused = read_reply(tcp);
    EXPECT_EQ(refused.status, 413);
    EXPECT_EQ(refused.body, "Payload too large.");
    tcp.send(events_request(server.application(), body_of(limit)));
    EXPECT_EQ(read_reply(tcp).status, 200);
}

TEST(ServerPublish, CarriesClientEventsBetweenThreads) {
    const TestServer server;
    std::vector<std::unique_ptr<WebSocketClient>> members;
    for (int i = 0; i < 4; ++i) {
        members.push_back(server.connect());
        members.back()->subscribe("private-room", server.application());
    }
    members[0]->send(R"({"event":"client-typing","channel":"private-room","data":{"n":1}})");
    for (std::size_t i = 1; i < members.size(); ++i) {
        const Event event = members[i]->event();
        EXPECT_EQ(event.name, "client-typing");
        EXPECT_EQ(event.data, R"({"n":1})");
        EXPECT_EQ(event.data_kind, JsonKind::object);
    }
    EXPECT_EQ(server.publish("private-room", "after").status, 200);
    EXPECT_EQ(members[0]->event().data, "after") << "the sender got its own event";
}

TEST(ServerPublish, KnowsMembersOnBothThreads) {
    const TestServer server;
    std::vector<std::unique_ptr<WebSocketClient>> members;
    for (int i = 0; i < 4; ++i) {
        members.push_back(server.connect());
        WebSocketClient& member = *members.back();
        const std::string data = R"({"user_id":)" + std::to_string(i) + "}";
        std::string quoted;
        append_json_string(quoted, data);
        member.send(R"({"event":"pusher:subscribe","data":{"channel":"presence-room","auth":")" +
                    channel_auth(server.application(), member.socket_id(), "presence-room", data) +
                    R"(","channel_data":)" + quoted + "}}");
        const Event succeeded = member.event();
        ASSERT_EQ(succeeded.name, "pusher_internal:subscription_succeeded") << succeeded.data;
        EXPECT_NE(succeeded.data.find(R"("count":)" + std::to_string(i + 1)), std::string::npos)
            << succeeded.data;
        for (int other = 0; other < i; ++other) {
            const Event added = members[static_cast<std::size_t>(other)]->event();
            EXPECT_EQ(added.name, "pusher_internal:member_added");
            EXPECT_EQ(added.detail("user_id"), std::to_string(i));
        }
    }
    members.pop_back();
    for (const auto& member : members) {
        const Event removed = member->event();
        EXPECT_EQ(removed.name, "pusher_internal:member_removed");
        EXPECT_EQ(removed.detail("user_id"), "3");
    }
}

// 100 subscribers on both threads, 200 events of four publishers at once: each gets each event
// once, and each publisher's in its order.
TEST(ServerPublish, DeliversEachEventOnceAndInOrder) {
    constexpr int subscribers = 100;
    constexpr int publishers = 4;
    constexpr int each = 50;
    const TestServer server;
    std::vector<std::unique_ptr<WebSocketClient>> clients;
    for (int i = 0; i < subscribers; ++i) {
        clients.push_back(server.connect());
        clients.back()->subscribe("news");
    }
    EXPECT_EQ(server->stats().connections_by_thread,
              (std::vector<std::uint64_t>{subscribers / 2, subscribers / 2}));
    std::vector<std::jthread> threads;
    for (int number = 0; number < publishers; ++number) {
        threads.emplace_back([&, number] {
            // Two in-process, one over each transport.
            const auto connection = number < 2 ? nullptr : publisher(server, number == 3);
            for (int i = 0; i < each; ++i) {
                const PublishRequest one =
                    request_for("news", std::to_string(number) + ":" + std::to_string(i));
                const Answer answer =
                    connection == nullptr ? server->publish(one).value() : connection->publish(one);
                ASSERT_EQ(answer.status, 200) << answer.body;
            }
        });
    }
    threads.clear();
    for (const auto& client : clients) {
        std::map<std::string, int> next;
        for (int i = 0; i < publishers * each; ++i) {
            const std::string data = client->event().data;
            const std::size_t colon = data.find(':');
            ASSERT_EQ(std::stoi(data.substr(colon + 1)), next[data.substr(0, colon)]++)
                << "lost, doubled or out of order: " << data;
        }
        EXPECT_EQ(next.size(), std::size_t{publishers});
    }
    // Nothing more is to come: the very next event is this.
    EXPECT_EQ(server.publish("news", "end").status, 200);
    for (const auto& client : clients) {
        EXPECT_EQ(client->event().data, "end");
    }
    EXPECT_EQ(server->stats().deliveries, std::uint64_t{subscribers} * (publishers * each + 1));
}

TEST(ServerPublish, CountsChannels) {
    const TestServer server;
    auto first = server.connect();
    const auto second = server.connect();
    first->subscribe("a").subscribe("b");
    second->subscribe("b");
    EXPECT_EQ(server->channels("app-id"), 2U);
    EXPECT_EQ(server->stats().channels, 2U);
    EXPECT_EQ(server->channels("nobody"), 0U);
    EXPECT_EQ(server->connections("nobody"), 0U);
    first.reset();
    EXPECT_TRUE(eventually([&] { return server->channels("app-id") == 1; }));
    EXPECT_EQ(server->connections("app-id"), 1U);
}

// libwebsockets takes a path apart at its semicolons.
TEST(ServerPublish, ReadsChannelNamesWithSemicolonsWhole) {
    const TestServer server;
    const auto client = server.connect();
    TcpClient tcp(server.port());
    for (const std::string channel : {"a;b", "a;;b", "a;", ";a", ";;"}) {
        client->subscribe(channel);
        const std::string path = "/apps/app-id/channels/" + channel;
        const Application& application = server.application();
        tcp.send(
            "GET " + path + "?" +
            signed_query(application.key, application.secret, "GET", path, "", unix_seconds()) +
            " HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_EQ(read_reply(tcp).body, R"({"occupied":true})") << channel;
    }
}

TEST(ServerPublish, IsRefusedWhereNoServerRuns) {
    ServerConfig config;
    config.apps = {testing::test_application()};
    Server server(config, std::make_shared<HookQueue>());
    EXPECT_EQ(server.publish(request_for("news", "x"))->status, 503);
}

// More than its threads can deliver at once.
class Flood {
  public:
    explicit Flood(unsigned threads)
        : server([threads](ServerConfig& config) {
              config.threads = threads;
              config.outbox_limit = config.outbox_soft_limit = 1U << 30U;
          }) {
        for (unsigned i = 0; i < threads * members; ++i) {
            silent_.push_back(server.connect());
            silent_.back()->subscribe("news");
        }
    }

    void begin() {
        while (std::ranges::min(waiting()) < backlog) {
            for (int i = 0; i < 1'000; ++i) {
                ASSERT_EQ(server.publish("news", "x").status, 200);
            }
            ASSERT_LT(server->stats().messages_published, 200'000U);
        }
    }

    // Bytes, by thread.
    [[nodiscard]] std::vector<std::uint64_t> waiting() const {
        return server->stats().queued_bytes_by_thread;
    }

    const TestServer server;

  private:
    static constexpr unsigned members = 300;             // of each thread
    static constexpr std::uint64_t backlog = 6U << 20U;  // of some 20,000 events

    std::vector<std::unique_ptr<WebSocketClient>> silent_;
};

// What others have this thread deliver is done in turns: between them its own clients are served.
TEST(ServerPublish, AFloodKeepsNobodyWaiting) {
    Flood flood(1);
    const auto bystander = flood.server.connect();
    flood.begin();
    int answers = 0;
    while (flood.waiting().front() > 0) {
        bystander->send(R"({"event":"pusher:ping"})");
        EXPECT_EQ(bystander->event().name, "pusher:pong");
        ++answers;
    }
    // All that waits at once, in one turn: one or two.
    EXPECT_GE(answers, 5);
}

// Whoever comes is handed to its thread past what waits there.
TEST(ServerPublish, AFloodKeepsNobodyOut) {
    Flood flood(2);
    flood.begin();
    std::vector<std::unique_ptr<WebSocketClient>> came;
    for (int i = 0; i < 2; ++i) {
        const std::vector<std::uint64_t> before = flood.server->stats().connections_by_thread;
        came.push_back(flood.server.connect());
        const std::vector<std::uint64_t> after = flood.server->stats().connections_by_thread;
        const std::size_t thread = after[0] > before[0] ? 0 : 1;
        EXPECT_GT(flood.waiting()[thread], 0U) << "thread " << thread;
    }
}

}  // namespace
}  // namespace reverb
