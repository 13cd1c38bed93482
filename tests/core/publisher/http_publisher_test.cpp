#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include "base/json.h"
#include "http/signature.h"
#include "publisher/peer.h"
#include "publisher/publisher.h"
#include "support/certificate_files.h"
#include "support/test_server.h"

namespace reverb {
namespace {

using reverb::testing::Peer;
using reverb::testing::PeerConnection;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

const PublishRequest event{"1001", {"room", "private-x"}, "App\\Events\\Sent", R"({"a":"é"})",
                           "1.2",  "user_count"};
constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

PublisherTarget target_at(std::uint16_t port) {
    PublisherTarget target;
    target.host = "127.0.0.1";
    target.port = port;
    target.key = "a-key";
    target.secret = "a-secret";
    target.connect_timeout = milliseconds(1'000);
    return target;
}

std::unique_ptr<PublisherConnection> publisher_to(const Peer& peer) {
    return PublisherConnection::open(target_at(peer.port()));
}

Peer answering(std::string_view response) {
    return Peer::tcp([response](PeerConnection& connection, int) {
        while (!connection.read_http().empty()) {
            connection.write(response);
        }
    });
}

milliseconds since(steady_clock::time_point start) {
    return std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
}

// The request that `target` makes of `request`.
std::string written(PublisherTarget target, const PublishRequest& request) {
    std::string seen;
    const Peer peer = Peer::tcp([&seen](PeerConnection& connection, int) {
        seen = connection.read_http();
        connection.write(ok);
        connection.wait_until_closed();
    });
    target.port = peer.port();
    EXPECT_EQ(PublisherConnection::open(target)->publish(request).status, 200);
    return seen;
}

std::string between(const std::string& text, std::string_view from, std::string_view to) {
    const std::size_t start = text.find(from);
    EXPECT_NE(start, std::string::npos) << from << " is not in " << text;
    const std::size_t end = text.find(to, start + from.size());
    return text.substr(start + from.size(), end - start - from.size());
}

std::string body_of(const std::string& request) {
    return request.substr(request.find("\r\n\r\n") + 4);
}

TEST(HttpPublisher, SendsASignedRequest) {
    PublisherTarget target = target_at(0);
    const std::string request = written(target, event);
    EXPECT_EQ(request.find("POST /apps/1001/events?auth_key=a-key&"), 0U) << request;
    EXPECT_EQ(between(request, "\r\nHost: ", ":"), "127.0.0.1");
    EXPECT_EQ(between(request, "\r\nContent-Type: ", "\r\n"), "application/json");
    EXPECT_EQ(request.find("Connection: close"), std::string::npos);

    const std::string body = body_of(request);
    EXPECT_EQ(between(request, "\r\nContent-Length: ", "\r\n"), std::to_string(body.size()));
    EXPECT_EQ(body, R"({"name":"App\\Events\\Sent","data":"{\"a\":\"é\"}",)"
                    R"("channels":["room","private-x"],"socket_id":"1.2","info":"user_count"})");

    Application app;
    app.key = target.key;
    app.secret = target.secret;
    EXPECT_TRUE(signature_valid(app, {"POST", "/apps/1001/events", "", body}, "/apps/1001/events",
                                Query::parse(between(request, "?", " ")), std::time(nullptr),
                                std::chrono::seconds(60)));
}

TEST(HttpPublisher, SignsNoPrefix) {
    for (const char* path : {"/ws", "ws", "/ws/", "ws//"}) {
        PublisherTarget target = target_at(0);
        target.path = path;
        const std::string request = written(target, event);
        EXPECT_EQ(request.find("POST /ws/apps/1001/events?"), 0U) << request;
        Application app;
        app.key = target.key;
        app.secret = target.secret;
        EXPECT_TRUE(signature_valid(app, {"POST", "", "", body_of(request)}, "/apps/1001/events",
                                    Query::parse(between(request, "?", " ")), std::time(nullptr),
                                    std::chrono::seconds(60)));
    }
}

TEST(HttpPublisher, LeavesOutWhatIsNotAskedFor) {
    const std::string body = body_of(written(target_at(0), {"1", {"c"}, "e", "", "", ""}));
    EXPECT_EQ(body, R"({"name":"e","data":"","channels":["c"]})");
}

TEST(HttpPublisher, WritesJsonAndPathsWhateverIsPutIn) {
    const PublishRequest odd{"1/2 \r\nX: y", {"\"\\\n"}, "\x01", "\"}", "1.2\"", "\t"};
    const std::string request = written(target_at(0), odd);
    EXPECT_EQ(request.find("POST /apps/1%2F2%20%0D%0AX%3A%20y/events?"), 0U) << request;
    JsonReader reader;
    const auto body = reader.object(body_of(request));
    ASSERT_TRUE(body);
    EXPECT_EQ(find(*body, "name")->text, odd.event);
    EXPECT_EQ(find(*body, "data")->text, odd.data);
    EXPECT_EQ(reader.array(find(*body, "channels")->raw)->front().text, odd.channels.front());
    EXPECT_EQ(find(*body, "socket_id")->text, odd.except);
    EXPECT_EQ(find(*body, "info")->text, odd.info);
}

TEST(HttpPublisher, KeepsItsConnection) {
    const Peer peer = answering(ok);
    const auto publisher = publisher_to(peer);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(publisher->publish(event).body, "{}");
        EXPECT_TRUE(publisher->connected());
        EXPECT_FALSE(publisher->busy());
    }
    EXPECT_EQ(peer.accepted(), 1);
}

TEST(HttpPublisher, GivesStatusAndBodyAsTheyCame) {
    const Peer peer = answering(
        "HTTP/1.1 401 Unauthorized\r\nContent-Type: text/plain\r\nContent-Length: 33\r\n\r\n"
        "Authentication signature invalid.");
    const auto publisher = publisher_to(peer);
    const Answer answer = publisher->publish(event);
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.body, "Authentication signature invalid.");
    EXPECT_TRUE(publisher->connected());
}

TEST(HttpPublisher, ReconnectsWhereTheServerCloses) {
    for (const std::string_view response :
         {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
          "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 200 OK\r\n\r\n{}"}) {
        const Peer peer = Peer::tcp([response](PeerConnection& connection, int) {
            connection.read_http();
            connection.write(response);
        });
        const auto publisher = publisher_to(peer);
        EXPECT_EQ(publisher->publish(event).body, "{}");
        EXPECT_FALSE(publisher->connected());
        EXPECT_EQ(publisher->publish(event).body, "{}");
        EXPECT_EQ(peer.accepted(), 2);
    }
}

TEST(HttpPublisher, ReconnectsWhereTheServerClosedWhileIdle) {
    std::atomic<int> requests = 0;
    std::atomic<bool> closed = false;
    const Peer peer = Peer::tcp([&](PeerConnection& connection, int number) {
        while (!connection.read_http().empty()) {
            ++requests;
            connection.write(ok);
            if (number == 0) {
                connection.finish_writing();
                closed = true;
                connection.wait_until_closed();
            }
        }
    });
    const auto publisher = publisher_to(peer);
    EXPECT_EQ(publisher->publish(event).status, 200);
    while (!closed) {
        std::this_thread::yield();
    }
    EXPECT_EQ(publisher->publish(event).status, 200);
    EXPECT_EQ(publisher->publish(event).status, 200);
    EXPECT_EQ(peer.accepted(), 2);
    EXPECT_EQ(requests, 3);
}

// A proxy answers so too when the server took the event and the connection to it broke then.
TEST(HttpPublisher, SendsNothingAgainThatWasAnsweredWithA503) {
    std::atomic<int> requests = 0;
    const Peer peer = Peer::tcp([&requests](PeerConnection& connection, int) {
        while (!connection.read_http().empty()) {
            ++requests;
            connection.write("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 1\r\n\r\nx");
        }
    });
    const auto publisher = publisher_to(peer);
    for (int i = 1; i < 3; ++i) {
        const Answer answer = publisher->publish(event);
        EXPECT_EQ(answer.status, 503);
        EXPECT_EQ(answer.body, "x");
        EXPECT_EQ(requests, i);
    }
    EXPECT_EQ(peer.accepted(), 1);
}

TEST(HttpPublisher, DoesNotKnowTheOutcomeWithoutAWholeAnswer) {
    for (const std::string response :
         {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
          "SSH-2.0-x\r\n\r\n"}) {
        std::atomic<int> requests = 0;
        const Peer peer = Peer::tcp([&](PeerConnection& connection, int) {
            requests += connection.read_http().empty() ? 0 : 1;
            connection.write(response);
        });
        const auto publisher = publisher_to(peer);
        EXPECT_THROW(static_cast<void>(publisher->publish(event)), OutcomeUnknown) << response;
        EXPECT_FALSE(publisher->connected());
        EXPECT_FALSE(publisher->busy());
        EXPECT_EQ(requests, 1);
    }
}

TEST(HttpPublisher, TakesARefusalThatComesBeforeTheWholeRequestWasSent) {
    const Peer peer = Peer::tcp([](PeerConnection& connection, int) {
        connection.read_some();
        connection.write(
            "HTTP/1.1 413 Content Too Large\r\nContent-Length: 18\r\n\r\n"
            "Payload too large.");
        connection.finish_writing();
        std::this_thread::sleep_for(milliseconds(50));
    });
    PublishRequest request = event;
    request.data.assign(16'000'000, 'a');
    const auto publisher = publisher_to(peer);
    const Answer answer = publisher->publish(request);
    EXPECT_EQ(answer.status, 413);
    EXPECT_EQ(answer.body, "Payload too large.");
    EXPECT_FALSE(publisher->connected());
}

TEST(HttpPublisher, WaitsNoLongerThanItsTimeout) {
    const Peer peer = Peer::tcp([](PeerConnection& connection, int) {
        connection.read_http();
        connection.write("HTTP/1.1 200 OK\r\n\r\n");
        while (connection.write("x")) {
            std::this_thread::sleep_for(milliseconds(10));
        }
    });
    PublisherTarget target = target_at(peer.port());
    target.timeout = milliseconds(150);
    const auto start = steady_clock::now();
    EXPECT_THROW(static_cast<void>(PublisherConnection::open(target)->publish(event)),
                 OutcomeUnknown);
    EXPECT_GE(since(start), milliseconds(149));
    EXPECT_LT(since(start), milliseconds(800));
}

int connect_error(const PublisherTarget& target) {
    try {
        PublisherConnection::open(target)->connect();
    } catch (const ConnectError& error) {
        EXPECT_NE(std::string(error.what()).find(target.host), std::string::npos) << error.what();
        return error.code();
    }
    return -1;
}

TEST(HttpPublisher, NamesWhyItCannotConnect) {
    std::uint16_t port = 0;
    {
        const Peer peer = answering(ok);
        port = peer.port();
    }
    EXPECT_EQ(connect_error(target_at(port)), ECONNREFUSED);

    PublisherTarget nowhere = target_at(port);
    nowhere.host = "not a host";
    EXPECT_EQ(connect_error(nowhere), 0);
}

TEST(HttpPublisher, WaitsNoLongerThanItsConnectTimeout) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), size), 0);
    ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
    ASSERT_EQ(::listen(listener, 0), 0);
    // More than the queue of a listener that accepts nobody: the rest is not answered.
    std::vector<int> waiting;
    for (int i = 0; i < 8; ++i) {
        waiting.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        static_cast<void>(
            ::connect(waiting.back(), reinterpret_cast<const sockaddr*>(&address), size));
    }
    PublisherTarget target = target_at(ntohs(address.sin_port));
    target.connect_timeout = milliseconds(100);
    const auto start = steady_clock::now();
    EXPECT_EQ(connect_error(target), ETIMEDOUT);
    EXPECT_GE(since(start), milliseconds(99));
    EXPECT_LT(since(start), milliseconds(600));
    for (const int one : waiting) {
        ::close(one);
    }
    ::close(listener);
}

TEST(HttpPublisher, AForkedChildConnectsForItself) {
    const Peer peer = answering(ok);
    const auto publisher = publisher_to(peer);
    ASSERT_EQ(publisher->publish(event).status, 200);
    const pid_t child = fork();
    if (child == 0) {
        int status = 1;
        try {
            status = !publisher->connected() && publisher->publish(event).status == 200 ? 0 : 1;
        } catch (...) {
            status = 2;
        }
        _exit(status);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(publisher->publish(event).status, 200);
    EXPECT_EQ(peer.accepted(), 2);
}

TEST(HttpPublisher, SpeaksTlsToWhomTheCertificateNames) {
    const testing::CertificateFiles files;
    const testing::TestServer server([&](ServerConfig& config) { config.tls = files.tls(); });
    PublisherTarget target = target_at(server.port());
    target.key = server.application().key;
    target.secret = server.application().secret;
    target.host = "localhost";
    target.tls = true;
    target.tls_options.ca_file = files.certificate();
    PublishRequest request = event;
    request.app_id = server.application().id;
    request.data = std::string(5'000, 'x');

    const auto publisher = PublisherConnection::open(target);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(publisher->publish(request).status, 200);
    }
    EXPECT_EQ(server->stats().messages_published, 3U);

    const auto fault = [](const PublisherTarget& other) -> std::string {
        try {
            PublisherConnection::open(other)->connect();
            return "";
        } catch (const ConnectError& error) {
            return error.what();
        }
    };
    target.host = "127.0.0.1";
    EXPECT_EQ(fault(target), "the server at https://127.0.0.1:" + std::to_string(server.port()) +
                                 ": its certificate is not accepted for \"127.0.0.1\": IP address "
                                 "mismatch");
    target.tls_options.peer_name = "localhost";
    EXPECT_EQ(fault(target), "");
    target.tls_options.ca_file.clear();
    EXPECT_NE(fault(target).find("self-signed certificate"), std::string::npos);
    target.tls_options.verify_peer = false;
    EXPECT_EQ(fault(target), "");
}

}  // namespace
}  // namespace reverb
