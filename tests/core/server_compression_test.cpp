// A real server with permessage-deflate (RFC 7692): who agreed on it gets compressed messages and
// may send them, everybody else notices nothing.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/test_cluster.h"
#include "support/test_server.h"

namespace reverb {
namespace {

using testing::deflate_message;
using testing::eventually;
using testing::offer;
using testing::ServerFrame;
using testing::TestCluster;
using testing::TestServer;
using testing::WebSocketClient;

const std::string agreed =
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
const std::string hello = R"({"event":"pusher:ping","data":{}})";
constexpr std::size_t threshold = 512;
constexpr unsigned char compressed_text = 0xC1;
constexpr unsigned char first_compressed = 0x41;
constexpr unsigned char continued = 0x00;
constexpr unsigned char last = 0x80;
constexpr unsigned char reserved_1 = 0x40;

TestServer compressing(const TestServer::Configure& configure = {}) {
    return TestServer([configure](ServerConfig& config) {
        config.compression.enabled = true;
        if (configure) {
            configure(config);
        }
    });
}

std::unique_ptr<WebSocketClient> connect(const TestServer& server,
                                         const std::string& extensions = "permessage-deflate") {
    return server.connect({.headers = offer(extensions)});
}

std::string long_data(int number = 0) {
    std::string data = std::to_string(number) + ":";
    for (int i = 0; data.size() < 2 * threshold; ++i) {
        data += "Item " + std::to_string(i * number) + ", ";
    }
    return data;
}

// The next message is that event, and came compressed or not.
void expect_event(WebSocketClient& client, const std::string& data, bool compressed) {
    const ServerFrame frame = client.receive();
    ASSERT_EQ(frame.kind, ServerFrame::Kind::text) << frame.code << ' ' << frame.payload;
    EXPECT_EQ(testing::read_event(frame.payload).data, data);
    EXPECT_EQ(frame.compressed, compressed) << data;
}

void expect_close(WebSocketClient& client, unsigned code) {
    const ServerFrame frame = client.receive();
    EXPECT_EQ(frame.kind, ServerFrame::Kind::close) << frame.payload;
    EXPECT_EQ(frame.code, code) << frame.payload;
}

// That the connection is as good as ever.
void expect_pong(WebSocketClient& client) {
    EXPECT_EQ(client.event().name, "pusher:pong");
}

TEST(ServerCompression, IsOffByDefault) {
    const TestServer server;
    const auto client = connect(server);
    EXPECT_EQ(client->extensions(), "");
    client->subscribe("news");
    ASSERT_EQ(server.publish("news", long_data()).status, 200);
    expect_event(*client, long_data(), false);
    client->send_frame(compressed_text, deflate_message(hello));
    EXPECT_TRUE(client->tcp().closed());
}

TEST(ServerCompression, IsForThoseWhoOfferIt) {
    const TestServer server = compressing();
    EXPECT_EQ(server.connect()->extensions(), "");
    EXPECT_EQ(connect(server, "permessage-bzip2")->extensions(), "");
    EXPECT_EQ(connect(server)->extensions(), agreed);
    EXPECT_EQ(connect(server, "permessage-deflate; client_max_window_bits")->extensions(), agreed);
    EXPECT_EQ(connect(server, "permessage-deflate; server_max_window_bits=9")->extensions(), "");
    EXPECT_EQ(connect(server, "permessage-deflate; server_max_window_bits=13")->extensions(),
              agreed + "; server_max_window_bits=12");
}

// libwebsockets ends a connection that names an extension again once it was taken up.
TEST(ServerCompression, TakesTheFirstOfSeveralOffers) {
    const TestServer server = compressing();
    for (const std::string extensions :
         {"permessage-deflate, permessage-deflate", "permessage-deflate; a, permessage-deflate",
          "permessage-deflate, permessage-deflate; a, permessage-deflate; client_max_window_bits",
          "a, permessage-deflate; client_max_window_bits, permessage-deflate, b",
          "permessage-deflate; server_max_window_bits=8, permessage-deflate"}) {
        const auto client = connect(server, extensions);
        EXPECT_EQ(client->extensions(), agreed) << extensions;
        client->send_frame(compressed_text, deflate_message(hello));
        expect_pong(*client);
    }
}

TEST(ServerCompression, ReadsOffersOnSeveralLines) {
    const TestServer server = compressing();
    const auto client = server.connect(
        {.headers = offer("permessage-deflate; unknown") + offer("permessage-deflate")});
    EXPECT_EQ(client->extensions(), agreed);
    client->send_frame(compressed_text, deflate_message(hello));
    expect_pong(*client);
}

TEST(ServerCompression, CompressesAMessageOnceForAll) {
    const TestServer server = compressing();
    std::vector<std::unique_ptr<WebSocketClient>> clients;
    for (int i = 0; i < 12; ++i) {
        clients.push_back(i % 3 == 0 ? server.connect() : connect(server));
        clients.back()->subscribe("news");
    }
    constexpr int events = 20;
    for (int i = 0; i < events; ++i) {
        ASSERT_EQ(server.publish("news", long_data(i)).status, 200);
    }
    for (const auto& client : clients) {
        for (int i = 0; i < events; ++i) {
            expect_event(*client, long_data(i), !client->extensions().empty());
        }
    }
    const ServerStats stats = server->stats();
    EXPECT_EQ(stats.messages_compressed, events);
    EXPECT_EQ(stats.connections_compressed, 8U);
    EXPECT_GT(stats.bytes_saved, 8 * events * threshold);
    clients.clear();
    EXPECT_TRUE(eventually([&] { return server->stats().connections_compressed == 0; }));
}

TEST(ServerCompression, IsNotForShortMessages) {
    const TestServer server = compressing();
    const auto client = connect(server);
    client->subscribe("news");
    ASSERT_EQ(server.publish("news", "short").status, 200);
    ASSERT_EQ(server.publish("news", long_data()).status, 200);
    ASSERT_EQ(server.publish("news", "short again").status, 200);
    expect_event(*client, "short", false);
    expect_event(*client, long_data(), true);
    expect_event(*client, "short again", false);
    EXPECT_EQ(server->stats().messages_compressed, 1U);
}

TEST(ServerCompression, BeginsAtItsThreshold) {
    constexpr std::size_t rest =
        std::string_view(R"({"event":"event","data":"","channel":"news"})").size();
    const TestServer server =
        compressing([](ServerConfig& config) { config.compression.threshold = 200; });
    const auto client = connect(server);
    client->subscribe("news");
    const std::string longest(200 - 1 - rest, 'x');
    ASSERT_EQ(server.publish("news", longest).status, 200);
    ASSERT_EQ(server.publish("news", longest + "x").status, 200);
    expect_event(*client, longest, false);
    expect_event(*client, longest + "x", true);
}

TEST(ServerCompression, IsNotDoneWhereNobodyAgreedOnIt) {
    const TestServer server = compressing();
    const auto plain = server.connect();
    plain->subscribe("news");
    const auto elsewhere = connect(server);
    elsewhere->subscribe("other");
    ASSERT_EQ(server.publish("news", long_data()).status, 200);
    expect_event(*plain, long_data(), false);
    EXPECT_EQ(server->stats().messages_compressed, 0U);
    EXPECT_EQ(server->stats().bytes_saved, 0U);
}

TEST(ServerCompression, IsForEventsThatCacheChannelsKeep) {
    const TestServer server = compressing();
    const auto first = connect(server);
    first->send(R"({"event":"pusher:subscribe","data":{"channel":"cache-news"}})");
    EXPECT_EQ(first->event().name, "pusher_internal:subscription_succeeded");
    EXPECT_EQ(first->event().name, "pusher:cache_miss");
    ASSERT_EQ(server.publish("cache-news", long_data()).status, 200);
    expect_event(*first, long_data(), true);
    for (int i = 0; i < 3; ++i) {
        const auto later = connect(server);
        later->subscribe("cache-news");
        expect_event(*later, long_data(), true);
        const auto plain = server.connect();
        plain->subscribe("cache-news");
        expect_event(*plain, long_data(), false);
    }
    EXPECT_EQ(server->stats().messages_compressed, 1U);
}

// With a queue behind its socket, others without.
TEST(ServerCompression, KeepsTheOrderForSlowReaders) {
    const TestServer server = compressing([](ServerConfig& config) {
        config.outbox_limit = 64U << 20U;
        config.outbox_soft_limit = 64U << 10U;
    });
    const auto compressed = server.connect({.receive_buffer = 4'096, .headers = offer()});
    const auto plain = server.connect({.receive_buffer = 4'096});
    compressed->subscribe("news");
    plain->subscribe("news");
    // Of letters at random, so that much is left of it.
    std::string filling;
    for (unsigned i = 0, value = 1; i < 60'000; ++i) {
        value = value * 1'664'525U + 1'013'904'223U;
        filling.push_back(static_cast<char>('a' + (value >> 20U) % 26));
    }
    constexpr int events = 100;
    const auto data = [&filling](int number) {
        return std::to_string(number) + (number % 3 == 0 ? ":" : ":" + filling);
    };
    for (int i = 0; i < events; ++i) {
        ASSERT_EQ(server.publish("news", data(i)).status, 200);
    }
    for (int i = 0; i < events; ++i) {
        expect_event(*compressed, data(i), i % 3 != 0);
        expect_event(*plain, data(i), false);
    }
    EXPECT_EQ(server->stats().slow_closes, 0U);
}

TEST(ServerCompression, LeavesPingsWhole) {
    const TestServer server = compressing([](ServerConfig& config) {
        config.compression.threshold = 0;
        config.apps[0].ping_interval = 1;
    });
    const auto client = connect(server);
    EXPECT_EQ(client->event().name, "pusher:ping");
    EXPECT_EQ(client->receive().kind, ServerFrame::Kind::ping);
}

TEST(ServerCompression, ReadsCompressedMessagesOfClients) {
    const TestServer server = compressing();
    const auto client = connect(server);
    for (const int window_bits : {9, 12, 15}) {
        client->send_frame(compressed_text, deflate_message(hello, window_bits));
        expect_pong(*client);
        client->send(hello);
        expect_pong(*client);
    }
    client->send_frame(
        compressed_text,
        deflate_message(
            R"({"event":"pusher:subscribe","data":{"channel":"private-news","auth":")" +
            testing::channel_auth(server.application(), client->socket_id(), "private-news") +
            "\"}}"));
    EXPECT_EQ(client->event().name, "pusher_internal:subscription_succeeded");
    // Longer than what is read at once.
    const auto other = server.connect();
    other->subscribe("private-news", server.application());
    const std::string data = R"({"text":")" + long_data(7) + "\"}";
    client->send_frame(
        compressed_text,
        deflate_message(R"({"event":"client-said","channel":"private-news","data":)" + data + "}"));
    expect_event(*other, data, false);
}

TEST(ServerCompression, ReadsCompressedMessagesInFragments) {
    const TestServer server = compressing();
    const auto client = connect(server);
    const std::string payload = deflate_message(hello);
    for (std::size_t at = 0; at <= payload.size(); ++at) {
        client->send_frame(first_compressed, payload.substr(0, at));
        client->send_frame(last, payload.substr(at));
        expect_pong(*client);
    }
    // A byte each, with empty ones and control frames between them.
    client->send_frame(first_compressed, "");
    for (const char byte : payload) {
        client->send_frame(continued, std::string_view(&byte, 1));
        client->send_frame(0x8A, "a pong");
        client->send_frame(0x89, "a ping");
        EXPECT_EQ(client->receive().kind, ServerFrame::Kind::pong);
        client->send_frame(continued, "");
    }
    client->send_frame(last, "");
    expect_pong(*client);
    // And one that is not compressed is still none.
    client->send_frame(0x01, hello.substr(0, 5));
    client->send_frame(last, hello.substr(5));
    expect_pong(*client);
}

TEST(ServerCompression, TakesMessagesUpToTheirLimit) {
    const TestServer server =
        compressing([](ServerConfig& config) { config.apps[0].max_message_size = 1'000; });
    const auto message = [](std::size_t size) {
        const std::string frame = R"({"event":"pusher:ping","data":""})";
        return std::string(frame).insert(frame.size() - 2, std::string(size - frame.size(), 'x'));
    };
    const auto client = connect(server);
    client->send_frame(compressed_text, deflate_message(message(1'000)));
    expect_pong(*client);
    client->send_frame(compressed_text, deflate_message(message(1'001)));
    expect_close(*client, 1009);
    const auto parts = connect(server);
    const std::string payload = deflate_message(message(1'001));
    parts->send_frame(first_compressed, payload.substr(0, 3));
    parts->send_frame(last, payload.substr(3));
    expect_close(*parts, 1009);
}

TEST(ServerCompression, IsNotFilledByABomb) {
    const TestServer server = compressing();
    const auto witness = connect(server);
    const std::string bomb = deflate_message(std::string(8U << 20U, 'x'));
    ASSERT_LT(bomb.size(), 9'000U);
    for (int i = 0; i < 20; ++i) {
        const auto client = connect(server);
        client->send_frame(compressed_text, bomb);
        expect_close(*client, 1009);
    }
    witness->send(hello);
    expect_pong(*witness);
}

// There may be gigabytes of it.
TEST(ServerCompression, RefusesWhatIsTooLongBeforeItHasCome) {
    const TestServer server = compressing();
    const auto announced = connect(server);
    announced->send_frame(compressed_text, "x", std::uint64_t{1} << 40U);
    expect_close(*announced, 1009);
    const auto sent = connect(server);
    sent->send_frame(first_compressed, std::string(9'000, '\0'));
    sent->send_frame(continued, std::string(9'000, '\0'));
    expect_close(*sent, 1009);
}

TEST(ServerCompression, RefusesWhatIsCorrupt) {
    const TestServer server = compressing();
    const std::string payload = deflate_message(hello);
    for (const std::string& garbage : {std::string(100, '\xff'), std::string("\x07"),
                                       payload.substr(0, payload.size() - 3), std::string()}) {
        const auto client = connect(server);
        client->send_frame(compressed_text, garbage);
        expect_close(*client, 1007);
    }
}

TEST(ServerCompression, RefusesTextThatIsNotUtf8) {
    const TestServer server = compressing();
    for (const std::string text : {"\xff", "\xe2\x82", "\xed\xa0\x80"}) {
        const auto client = connect(server);
        client->send_frame(compressed_text, deflate_message(text));
        expect_close(*client, 1007);
        const auto plain = connect(server);
        plain->send(text);
        expect_close(*plain, 1007);
    }
}

TEST(ServerCompression, RefusesReservedBitsWhereTheyMeanNothing) {
    const TestServer server = compressing();
    const std::string payload = deflate_message(hello);
    // In the frame after the first.
    const auto client = connect(server);
    client->send_frame(first_compressed, payload.substr(0, 5));
    client->send_frame(last | reserved_1, payload.substr(5));
    expect_close(*client, 1002);
    const auto plain = connect(server);
    plain->send_frame(0x01, hello.substr(0, 5));
    plain->send_frame(last | reserved_1, hello.substr(5));
    expect_close(*plain, 1002);
    // The other two, and without an agreement.
    for (const unsigned char bits : {0x20, 0x10, 0x60}) {
        const auto other = connect(server);
        other->send_frame(0x81 | bits, payload);
        EXPECT_TRUE(other->tcp().closed());
    }
    const auto without = server.connect();
    without->send_frame(compressed_text, payload);
    EXPECT_TRUE(without->tcp().closed());
}

TEST(ServerCompression, IsForEventsOfOtherNodes) {
    TestCluster cluster(1);
    TestServer& node = cluster.add([](ServerConfig& config) { config.compression.enabled = true; });
    cluster.wait_until_up();
    const auto client = connect(node);
    const auto plain = node.connect();
    const auto there = cluster[0].connect();
    for (const auto& one : {client.get(), plain.get(), there.get()}) {
        one->subscribe("room");
    }
    constexpr int events = 20;
    for (int i = 0; i < events; ++i) {
        ASSERT_EQ(cluster[0].publish("room", i % 2 == 0 ? long_data(i) : "short").status, 200);
    }
    for (int i = 0; i < events; ++i) {
        const std::string data = i % 2 == 0 ? long_data(i) : "short";
        expect_event(*client, data, i % 2 == 0);
        expect_event(*plain, data, false);
        expect_event(*there, data, false);
    }
    EXPECT_EQ(node->stats().messages_compressed, events / 2);
}

TEST(ServerCompression, IsForMessagesThatComeBeforeTheApplicationIsKnown) {
    TestServer server(
        [](ServerConfig& config) {
            config.compression.enabled = true;
            config.apps.clear();
        },
        [](Server& prepared) { prepared.look_up_applications([] {}); });
    WebSocketClient client(server.port(), {.headers = offer()});
    client.send_frame(compressed_text, deflate_message(hello));
    ASSERT_TRUE(eventually([&] { return server->stats().bytes_received > 0; }));
    const auto question = server->question();
    ASSERT_TRUE(question.has_value());
    server->answer(*question, testing::test_application());
    client.greeted();
    expect_pong(client);
}

}  // namespace
}  // namespace reverb
