// A real server as a client of HTTP sees it, where libwebsockets has a part in it: requests that
// come together, bodies that are announced, answers that are long.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "http/signature.h"
#include "support/certificate_files.h"
#include "support/http_client.h"
#include "support/test_server.h"
#include "support/tls_client.h"

namespace reverb {
namespace {

using namespace std::chrono_literals;
using testing::CertificateFiles;
using testing::events_request;
using testing::http_get;
using testing::HttpReply;
using testing::read_reply;
using testing::TcpClient;
using testing::TestServer;
using testing::TlsClient;
using testing::WebSocketClient;

const std::string up = "GET /up HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr const char* event_body = R"({"name":"Sent","channel":"news","data":"1"})";

std::string times(int count, const std::string& request) {
    std::string requests;
    for (int i = 0; i < count; ++i) {
        requests += request;
    }
    return requests;
}

// The head of a POST that the server refuses for its signature, if it gets that far.
std::string post_head(std::size_t length, const std::string& headers = {}) {
    return "POST /apps/app-id/events HTTP/1.1\r\nHost: x\r\nContent-Length: " +
           std::to_string(length) + "\r\n" + headers + "\r\n";
}

// One thread: there is nobody else to wake it.
void one_thread(ServerConfig& config) {
    config.threads = 1;
}

TEST(ServerHttp, AnswersAllRequestsThatComeTogether) {
    const TestServer server(one_thread);
    for (const int count : {1, 2, 3, 5, 50}) {
        TcpClient client(server.port());
        client.send(times(count, up));
        for (int i = 0; i < count; ++i) {
            EXPECT_EQ(read_reply(client).status, 200) << i << " of " << count;
        }
        // And the connection is kept.
        client.send(up);
        EXPECT_EQ(read_reply(client).status, 200);
    }
}

TEST(ServerHttp, AnswersAllRequestsThatComeTogetherOverTls) {
    const CertificateFiles files;
    const TestServer server([&](ServerConfig& config) {
        one_thread(config);
        config.tls = files.tls();
    });
    for (const int count : {3, 50}) {
        TlsClient client(server.port());
        client.send(times(count, up));
        for (int i = 0; i < count; ++i) {
            EXPECT_NO_THROW((void)client.read_until("{\"health\":\"OK\"}")) << i << " of " << count;
        }
    }
}

TEST(ServerHttp, AnswersRequestsBehindOneWithABody) {
    const TestServer server(one_thread);
    TcpClient client(server.port());
    client.send(events_request(server.application(), event_body) + times(20, up));
    for (int i = 0; i < 21; ++i) {
        EXPECT_EQ(read_reply(client).status, 200) << i;
    }
}

TEST(ServerHttp, LetsAClientUpgradeBehindOtherRequests) {
    const TestServer server(one_thread);
    TcpClient client(server.port());
    client.send(times(5, up) + testing::upgrade_request());
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(read_reply(client).status, 200);
    }
    EXPECT_NE(client.read_until("\r\n\r\n").find(" 101 "), std::string::npos);
    EXPECT_NO_THROW((void)client.read_until("pusher:connection_established"));
}

TEST(ServerHttp, RefusesABodyBehindOtherRequests) {
    const TestServer server(one_thread);
    for (const int count : {1, 2, 3, 10}) {
        TcpClient client(server.port());
        client.send(times(count, up) + post_head(3) + "abc");
        for (int i = 0; i < count; ++i) {
            EXPECT_EQ(read_reply(client).status, 200);
        }
        EXPECT_EQ(read_reply(client).status, 503);
        EXPECT_TRUE(client.closed());
    }
}

// libwebsockets would turn round such a request for ever, were it answered while it reads it.
TEST(ServerHttp, IsNotHeldUpByABodyBehindOtherRequests) {
    const TestServer server(one_thread);
    for (const std::size_t length : {3, 20'000}) {
        for (int i = 0; i < 10; ++i) {
            TcpClient client(server.port());
            // More than is read at once: what is kept of it is taken up when the rest comes.
            static_cast<void>(
                client.try_send(times(2, up) + post_head(length) + std::string(200'000, 'x')));
            EXPECT_TRUE(client.closed());
        }
        EXPECT_EQ(http_get(server.port(), "/up").status, 200);
    }
}

TEST(ServerHttp, KeepsTheConnectionAfterABodyThatIsTooLarge) {
    const TestServer server(one_thread);
    TcpClient client(server.port());
    for (int i = 0; i < 2; ++i) {
        client.send(post_head(1U << 20U) + std::string(1U << 20U, 'x'));
        EXPECT_EQ(read_reply(client).status, 413);
        client.send(up);
        EXPECT_EQ(read_reply(client).status, 200);
    }
}

TEST(ServerHttp, TellsAClientToSendTheBodyThatItAnnounces) {
    const TestServer server(one_thread);
    const std::string request = events_request(server.application(), event_body);
    const std::size_t head = request.find("\r\n\r\n") + 2;
    for (const char* expectation :
         {"Expect: 100-continue\r\n\r\n", "expect: 100-Continue\r\n\r\n"}) {
        TcpClient client(server.port());
        client.send(request.substr(0, head) + expectation);
        EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
        client.send(event_body);
        EXPECT_EQ(read_reply(client).status, 200);
    }
    const CertificateFiles files;
    const TestServer secure([&](ServerConfig& config) { config.tls = files.tls(); });
    TlsClient client(secure.port());
    client.send(request.substr(0, head) + "Expect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send(event_body);
    EXPECT_NE(client.read_until("\r\n\r\n").find(" 200 "), std::string::npos);
}

TEST(ServerHttp, TellsAClientNotToSendABodyThatIsTooLarge) {
    const TestServer server(one_thread);
    TcpClient client(server.port());
    client.send(post_head(1U << 20U, "Expect: 100-continue\r\n"));
    const HttpReply reply = read_reply(client);
    EXPECT_EQ(reply.status, 413);
    EXPECT_EQ(reply.headers.at("connection"), "close");
    EXPECT_TRUE(client.closed());
}

// A socket may not take a long answer at once, and the connection then ends with it.
TEST(ServerHttp, SaysThatTheConnectionEndsWithALongAnswer) {
    const TestServer server(one_thread);
    const auto subscriber = server.connect();
    const auto list = [&server](TcpClient& client) {
        const Application& application = server.application();
        const std::string path = "/apps/" + application.id + "/channels";
        client.send(
            "GET " + path + "?" +
            signed_query(application.key, application.secret, "GET", path, {}, unix_seconds()) +
            " HTTP/1.1\r\nHost: x\r\n\r\n");
        return read_reply(client);
    };
    TcpClient client(server.port());
    EXPECT_EQ(list(client).headers.count("connection"), 0U);
    for (int i = 0; i < 500; ++i) {
        subscriber->subscribe(std::string(190, 'c') + std::to_string(i));
    }
    const HttpReply reply = list(client);
    EXPECT_EQ(reply.status, 200);
    EXPECT_GT(reply.body.size(), 95'000U);
    EXPECT_EQ(reply.headers.at("connection"), "close");
    EXPECT_TRUE(client.closed());
}

// Several that a busy thread reads in one turn are not answered the other way round.
TEST(ServerHttp, RequestsAreTakenInTheOrderTheyCame) {
    const TestServer server([](ServerConfig& config) {
        config.threads = 1;
        config.outbox_limit = config.outbox_soft_limit = 1U << 30U;
    });
    std::vector<std::unique_ptr<WebSocketClient>> silent;
    for (int i = 0; i < 100; ++i) {
        silent.push_back(server.connect());
        silent.back()->subscribe("news");
    }
    const auto client = server.connect();
    client->subscribe("order");
    std::vector<std::unique_ptr<TcpClient>> publishers;
    for (int i = 0; i < 3; ++i) {
        publishers.push_back(std::make_unique<TcpClient>(server.port()));
    }
    // The thread is busy for some milliseconds.
    for (int i = 0; i < 2'000; ++i) {
        ASSERT_EQ(server.publish("news", "x").status, 200);
    }
    for (std::size_t i = 0; i < publishers.size(); ++i) {
        publishers[i]->send(events_request(
            server.application(),
            R"({"name":"Sent","channel":"order","data":")" + std::to_string(i) + "\"}"));
        std::this_thread::sleep_for(300us);
    }
    for (std::size_t i = 0; i < publishers.size(); ++i) {
        EXPECT_EQ(client->event().data, std::to_string(i));
    }
}

}  // namespace
}  // namespace reverb
