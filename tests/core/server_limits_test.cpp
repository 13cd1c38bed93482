// A real server: sizes, time and memory that a client may take.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "support/http_client.h"
#include "support/test_server.h"

namespace reverb {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::events_request;
using testing::eventually;
using testing::ServerFrame;
using testing::TcpClient;
using testing::TestServer;
using testing::upgrade_request;
using testing::WebSocketClient;

constexpr std::uint32_t max_message_size = 1'000;

TestServer small_messages() {
    return TestServer(
        [](ServerConfig& config) { config.apps[0].max_message_size = max_message_size; });
}

std::string ping_of(std::size_t size) {
    std::string message = R"({"event":"pusher:ping","data":""})";
    return message.insert(message.size() - 2, std::string(size - message.size(), 'x'));
}

void expect_too_big(WebSocketClient& client) {
    const ServerFrame close = client.receive();
    EXPECT_EQ(close.kind, ServerFrame::Kind::close);
    EXPECT_EQ(close.code, 1009U);
    EXPECT_EQ(close.payload, "Maximum message size exceeded");
}

TEST(ServerMessageSize, MayBeTheLimit) {
    const TestServer server = small_messages();
    const auto client = server.connect();
    client->send(ping_of(max_message_size));
    EXPECT_EQ(client->event().name, "pusher:pong");
    // The same in two frames.
    const std::string message = ping_of(max_message_size);
    client->send_frame(0x01, message.substr(0, 700));
    client->send_frame(0x80, message.substr(700));
    EXPECT_EQ(client->event().name, "pusher:pong");
}

TEST(ServerMessageSize, MayNotBeOneByteMore) {
    const TestServer server = small_messages();
    const auto whole = server.connect();
    whole->send(ping_of(max_message_size + 1));
    expect_too_big(*whole);
    const auto parts = server.connect();
    const std::string message = ping_of(max_message_size + 1);
    parts->send_frame(0x01, message.substr(0, 700));
    parts->send_frame(0x80, message.substr(700));
    expect_too_big(*parts);
    EXPECT_TRUE(eventually([&] {
        // Whoever answers the close is gone at once.
        whole->send_close();
        return whole->tcp().closed();
    }));
}

// Nothing of what is announced need come: there may be gigabytes of it.
TEST(ServerMessageSize, IsRefusedAsSoonAsItIsAnnounced) {
    const TestServer server = small_messages();
    const auto client = server.connect();
    client->send_frame(0x81, "x", std::uint64_t{1} << 40U);
    expect_too_big(*client);
}

TEST(ServerMessageSize, HarmsNobodyElse) {
    const TestServer server = small_messages();
    const auto witness = server.connect();
    witness->subscribe("news");
    const auto client = server.connect();
    client->subscribe("news");
    client->send(ping_of(max_message_size + 1));
    expect_too_big(*client);
    EXPECT_EQ(server.publish("news", "x").status, 200);
    EXPECT_EQ(witness->event().data, "x");
}

TEST(ServerDeadline, CutsAHandshakeThatTakesTooLongWhateverIsSent) {
    static constexpr milliseconds limit{600};
    const TestServer server([](ServerConfig& config) { config.handshake_timeout = limit; });
    const auto begun = steady_clock::now();
    TcpClient tcp(server.port());
    // A byte at a time, for as long as it is taken.
    const std::string request = upgrade_request();
    std::size_t sent = 0;
    ASSERT_TRUE(eventually([&] {
        if (sent + 4 < request.size() && !tcp.closed(milliseconds(20))) {
            return !tcp.try_send(std::string_view(&request[sent++], 1));
        }
        return tcp.closed(milliseconds(20));
    }));
    EXPECT_GE(steady_clock::now() - begun, limit);
    EXPECT_TRUE(eventually([&] { return server->stats().deadline_closes == 1; }));
    EXPECT_NO_THROW((void)server.connect());
}

TEST(ServerDeadline, CutsASocketThatSaysNothing) {
    static constexpr milliseconds limit{300};
    const TestServer server([](ServerConfig& config) { config.handshake_timeout = limit; });
    const auto begun = steady_clock::now();
    TcpClient tcp(server.port());
    EXPECT_TRUE(tcp.closed());
    EXPECT_GE(steady_clock::now() - begun, limit);
    EXPECT_EQ(server->stats().deadline_closes, 1U);
}

// One clock from the accept to the end of the request: it does not begin anew with the body.
TEST(ServerDeadline, HoldsForHeadersAndBodyTogether) {
    static constexpr milliseconds limit{2'000};
    const TestServer server([](ServerConfig& config) { config.handshake_timeout = limit; });
    const std::string request =
        events_request(server.application(), R"({"name":"E","channel":"a","data":"xxxxxxxx"})");
    const std::size_t head = request.find("\r\n\r\n") + 4;
    const auto begun = steady_clock::now();
    TcpClient tcp(server.port());
    tcp.send(request.substr(0, 10));
    ASSERT_FALSE(tcp.closed(milliseconds(limit) * 8 / 10));
    tcp.send(request.substr(10, head + 3 - 10));
    EXPECT_TRUE(tcp.closed());
    const auto took = steady_clock::now() - begun;
    EXPECT_GE(took, limit);
    EXPECT_LT(took, limit * 17 / 10) << "the body had a time of its own";
}

TEST(ServerDeadline, IsOverWithTheHandshake) {
    static constexpr milliseconds limit{300};
    const TestServer server([](ServerConfig& config) { config.handshake_timeout = limit; });
    const auto client = server.connect();
    EXPECT_TRUE(client->tcp().quiet(limit * 3));
    client->send(R"({"event":"pusher:ping"})");
    EXPECT_EQ(client->event().name, "pusher:pong");
}

// A dead peer is gone within ping_interval, activity_timeout and a second; one that answers stays.
TEST(ServerHeartbeat, FindsDeadPeers) {
    const TestServer server([](ServerConfig& config) {
        config.apps[0].ping_interval = 1;
        config.apps[0].activity_timeout = 1;
    });
    auto living = server.connect();
    living->subscribe("news");
    std::jthread answering([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            if (living->tcp().readable(milliseconds(20))) {
                const ServerFrame frame = living->receive();
                if (frame.kind == ServerFrame::Kind::text) {
                    living->send(R"({"event":"pusher:pong","data":{}})");
                }
            }
        }
    });
    const auto silent = server.connect();
    const auto subscribed = server.connect();
    const auto since = steady_clock::now();
    subscribed->subscribe("news");
    EXPECT_EQ(server->connections("app-id"), 3U);
    for (WebSocketClient* dead : {silent.get(), subscribed.get()}) {
        EXPECT_EQ(dead->event().name, "pusher:ping");
        EXPECT_EQ(dead->receive().kind, ServerFrame::Kind::ping);
        EXPECT_EQ(dead->event().detail("code"), "4201");
        const ServerFrame close = dead->receive();
        EXPECT_EQ(close.kind, ServerFrame::Kind::close);
        EXPECT_EQ(close.code, 4201U);
        // Neither answers, and the server does not wait long for that.
        EXPECT_TRUE(dead->tcp().closed());
    }
    EXPECT_GE(steady_clock::now() - since, milliseconds(2'000));
    EXPECT_TRUE(eventually([&] {
        return server->stats().connections_by_thread[0] +
                   server->stats().connections_by_thread[1] ==
               1;
    }));
    EXPECT_EQ(server->connections("app-id"), 1U);
    // Far more than it takes, and less than a client's answer to a close is waited for.
    EXPECT_LT(steady_clock::now() - since, milliseconds(6'500));
    answering = {};
    EXPECT_FALSE(living->tcp().closed(milliseconds(0)));
}

// A client that does not read is cut at outbox_limit, and the others get everything.
TEST(ServerBackpressure, CutsASlowReaderAndNobodyElse) {
    const TestServer server([](ServerConfig& config) {
        config.outbox_limit = 256U << 10U;
        config.outbox_soft_limit = 128U << 10U;
        config.max_request_size = 1U << 20U;
    });
    std::vector<std::unique_ptr<WebSocketClient>> healthy;
    for (int i = 0; i < 4; ++i) {
        healthy.push_back(server.connect());
        healthy.back()->subscribe("news");
    }
    const auto slow = server.connect({.receive_buffer = 4'096});
    slow->subscribe("news");
    const std::string filling(10'000, 'x');
    // The kernel takes some megabytes before anything waits in the server.
    constexpr int most = 10'000;
    int published = 0;
    while (server->stats().slow_closes == 0 && published < most) {
        ASSERT_EQ(server.publish("news", std::to_string(published) + ":" + filling).status, 200);
        ++published;
        for (const auto& client : healthy) {
            const std::string data = client->event().data;
            ASSERT_EQ(data.substr(0, data.find(':')), std::to_string(published - 1));
            ASSERT_EQ(data.size() - data.find(':') - 1, filling.size());
        }
    }
    EXPECT_EQ(server->stats().slow_closes, 1U) << "after " << published << " events";
    EXPECT_TRUE(slow->tcp().closed());
    EXPECT_TRUE(eventually([&] { return server->connections("app-id") == healthy.size(); }));
    EXPECT_EQ(server.publish("news", "after").status, 200);
    for (const auto& client : healthy) {
        EXPECT_EQ(client->event().data, "after");
    }
}

// Less than outbox_limit, but for longer than outbox_grace.
TEST(ServerBackpressure, CutsAReaderThatIsSlowForTooLong) {
    const TestServer server([](ServerConfig& config) {
        config.outbox_limit = 64U << 20U;
        config.outbox_soft_limit = 64U << 10U;
        config.outbox_grace = milliseconds(300);
    });
    const auto slow = server.connect({.receive_buffer = 4'096});
    slow->subscribe("news");
    const std::string filling(100'000, 'x');
    // More than any kernel buffers for a client whose own buffer is small.
    for (int i = 0; i < 200; ++i) {
        ASSERT_EQ(server.publish("news", filling).status, 200);
    }
    EXPECT_TRUE(eventually([&] { return server->stats().slow_closes == 1; }));
    EXPECT_TRUE(slow->tcp().closed());
}

// Behind for a while, but within the grace.
TEST(ServerBackpressure, LetsAReaderCatchUp) {
    const TestServer server([](ServerConfig& config) {
        config.outbox_limit = 64U << 20U;
        config.outbox_soft_limit = 64U << 10U;
    });
    const auto client = server.connect({.receive_buffer = 4'096});
    client->subscribe("news");
    constexpr int events = 100;
    const std::string filling(100'000, 'x');
    for (int i = 0; i < events; ++i) {
        ASSERT_EQ(server.publish("news", std::to_string(i) + ":" + filling).status, 200);
    }
    for (int i = 0; i < events; ++i) {
        const std::string data = client->event().data;
        ASSERT_EQ(data.substr(0, data.find(':')), std::to_string(i));
        ASSERT_EQ(data.size() - data.find(':') - 1, filling.size());
    }
    EXPECT_EQ(server->stats().slow_closes, 0U);
}

}  // namespace
}  // namespace reverb
