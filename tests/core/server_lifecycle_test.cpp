// Starts and stops of a real server, whatever is under way.
#include <dirent.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/listener.h"
#include "publisher/publisher.h"
#include "support/http_client.h"
#include "support/test_server.h"

namespace reverb {
namespace {

using std::chrono::milliseconds;
using testing::eventually;
using testing::http_get;
using testing::listening;
using testing::TcpClient;
using testing::TemporaryDirectory;
using testing::TestServer;
using testing::upgrade_request;
using testing::WebSocketClient;

std::size_t open_descriptors() {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        count += entry.is_symlink() ? 1 : 0;
    }
    return count;
}

ServerConfig config_for(std::uint16_t port) {
    ServerConfig config;
    config.host = "127.0.0.1";
    config.port = port;
    config.threads = 2;
    config.apps = {testing::test_application()};
    return config;
}

template <typename Start>
std::string setting_refused(Start start) {
    try {
        start();
        return "(started)";
    } catch (const ConfigError& error) {
        EXPECT_GT(std::string(error.what()).size(), 10U);
        return error.setting();
    }
}

TEST(ServerStart, TellsWhereItListens) {
    TemporaryDirectory directory;
    const std::string path = directory.file("socket");
    ServerConfig config = config_for(0);
    config.socket = path;
    config.socket_mode = 0600;
    Server server(config, std::make_shared<HookQueue>());
    EXPECT_FALSE(server.running());
    EXPECT_EQ(server.port(), 0);
    server.start();
    EXPECT_TRUE(server.running());
    EXPECT_GT(server.port(), 0);
    EXPECT_EQ(server.socket(), path);
    EXPECT_TRUE(server.warnings().empty());
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    EXPECT_EQ(http_get(server.port(), "/up").status, 200);
    server.stop();
    EXPECT_FALSE(server.running());
    EXPECT_FALSE(listening(server.port()));
    EXPECT_FALSE(std::filesystem::exists(path));
    server.stop();
}

TEST(ServerStart, RefusesAPortInUseAndLeavesNothingBehind) {
    const TestServer first;
    TemporaryDirectory directory;
    ServerConfig config = config_for(first.port());
    config.socket = directory.file("socket");
    const std::size_t descriptors = open_descriptors();
    {
        Server second(config, std::make_shared<HookQueue>());
        EXPECT_EQ(setting_refused([&] { second.start(); }), "port");
        EXPECT_FALSE(second.running());
        EXPECT_EQ(open_descriptors(), descriptors);
        EXPECT_FALSE(std::filesystem::exists(config.socket));
    }
    EXPECT_EQ(http_get(first.port(), "/up").status, 200);
}

TEST(ServerStart, StartsOnce) {
    const TestServer server;
    EXPECT_EQ(setting_refused([&] { server->start(); }), "server");
    EXPECT_TRUE(server->running()) << "a second start ended the server";
    EXPECT_EQ(http_get(server.port(), "/up").status, 200);
}

TEST(ServerStart, RefusesASocketOfALiveServerInAnyCase) {
    const TestServer first;
    ServerConfig config = config_for(0);
    config.socket = first->socket();
    for (const bool required : {true, false}) {
        config.socket_required = required;
        Server second(config, std::make_shared<HookQueue>());
        EXPECT_EQ(setting_refused([&] { second.start(); }), "socket");
    }
    EXPECT_TRUE(std::filesystem::exists(first->socket()));
}

TEST(ServerStart, WarnsWhereASocketIsNotRequired) {
    TemporaryDirectory directory;
    ServerConfig config = config_for(0);
    config.socket = directory.file(std::string(108, 'x'));
    config.socket_required = true;
    EXPECT_EQ(setting_refused([&] { Server(config, std::make_shared<HookQueue>()).start(); }),
              "socket");
    config.socket_required = false;
    Server server(config, std::make_shared<HookQueue>());
    server.start();
    ASSERT_EQ(server.warnings().size(), 1U);
    EXPECT_NE(server.warnings()[0].find(config.socket), std::string::npos);
    EXPECT_EQ(server.socket(), "");
    EXPECT_EQ(http_get(server.port(), "/up").status, 200);
}

TEST(ServerStart, ChecksItsConfiguration) {
    ServerConfig config = config_for(0);
    config.threads = 65;
    EXPECT_EQ(setting_refused([&] { Server(config, std::make_shared<HookQueue>()); }), "threads");
    config = config_for(0);
    config.apps.push_back(config.apps.front());
    EXPECT_EQ(setting_refused([&] { Server(config, std::make_shared<HookQueue>()); }),
              "apps.1.app_id");
}

TEST(ServerStop, EndsWithoutBeingTold) {
    TemporaryDirectory directory;
    ServerConfig config = config_for(0);
    config.socket = directory.file("socket");
    std::uint16_t port = 0;
    {
        Server server(config, std::make_shared<HookQueue>());
        server.start();
        port = server.port();
    }
    EXPECT_FALSE(listening(port));
    EXPECT_FALSE(std::filesystem::exists(config.socket));
    { const Server never_started(config, std::make_shared<HookQueue>()); }
}

TEST(ServerStop, LetsThePortBeTakenAtOnce) {
    std::uint16_t port = 0;
    for (int round = 0; round < 5; ++round) {
        Server server(config_for(port), std::make_shared<HookQueue>());
        server.start();
        port = server.port();
        const WebSocketClient client(port);
    }
}

// What holds a server's resources at the moment it is stopped.
struct Crowd {
    explicit Crowd(const TestServer& server) {
        for (int i = 0; i < 2; ++i) {
            open.emplace_back(server.port());
            half_open.emplace_back(server.port());
            half_open.back().send(upgrade_request().substr(0, 40));
            half_body.emplace_back(server.port());
            half_body.back().send(
                "POST /apps/app-id/events HTTP/1.1\r\nHost: localhost\r\n"
                "Content-Length: 100\r\n\r\n{");
            upgraded.push_back(server.connect());
            upgraded.back()->subscribe("other").subscribe("news");
        }
        half_message = server.connect();
        half_message->send_frame(0x01, R"({"event":)");
    }
    std::vector<TcpClient> open;
    std::vector<TcpClient> half_open;
    std::vector<TcpClient> half_body;
    std::vector<std::unique_ptr<WebSocketClient>> upgraded;
    std::unique_ptr<WebSocketClient> half_message;
};

// 50 servers, each stopped under open, half-open and upgraded connections while publishers publish
// in-process and over the socket: nothing is left behind and nobody hangs.
TEST(ServerStop, LeavesNothingBehindWhateverIsUnderWay) {
    std::size_t descriptors = 0;
    for (int round = 0; round < 50; ++round) {
        {
            TestServer server;
            std::atomic<int> published{0};
            std::vector<std::jthread> publishers;
            for (int i = 0; i < 2; ++i) {
                publishers.emplace_back([&](const std::stop_token& stop) {
                    while (!stop.stop_requested()) {
                        published += server.publish("news", "x").status == 200 ? 1 : 0;
                    }
                });
            }
            publishers.emplace_back([&, socket = server->socket()](const std::stop_token& stop) {
                PublisherTarget target;
                target.socket = socket;
                const auto connection = PublisherConnection::open(target);
                const PublishRequest request{"app-id", {"news"}, "E", "1", {}, {}};
                try {
                    while (!stop.stop_requested()) {
                        published += connection->publish(request).status == 200 ? 1 : 0;
                    }
                } catch (const std::exception&) {
                    // The server has stopped.
                }
            });
            const Crowd crowd(server);
            EXPECT_TRUE(eventually([&] { return published > 20; }));
            if (round % 3 == 0) {
                server->drain();
            }
            server->stop();
            publishers.clear();
            EXPECT_EQ(server->connections("app-id"), 0U);
            EXPECT_EQ(server->channels("app-id"), 0U);
            EXPECT_EQ(server.publish("news", "x").status, 503);
        }
        if (round == 0) {
            descriptors = open_descriptors();
        }
        ASSERT_EQ(open_descriptors(), descriptors) << "after " << round + 1 << " rounds";
    }
}

TEST(ServerStop, ComesInTheMiddleOfABroadcast) {
    for (int round = 0; round < 10; ++round) {
        TestServer server([](ServerConfig& config) { config.outbox_limit = 64U << 20U; });
        std::vector<std::unique_ptr<WebSocketClient>> clients;
        for (int i = 0; i < 20; ++i) {
            clients.push_back(server.connect());
            clients.back()->subscribe("news");
        }
        const std::string filling(20'000, 'x');
        std::atomic<int> published{0};
        std::jthread publisher([&](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                published += server.publish("news", filling).status == 200 ? 1 : 0;
            }
        });
        ASSERT_TRUE(eventually([&] { return published > 50 + 20 * round; }));
        server->stop();
        publisher = {};
        for (const auto& client : clients) {
            EXPECT_TRUE(client->tcp().closed());
        }
    }
}

// A process that connects again and again until it is ended. Not a thread: at its end libwebsockets
// 4.1 closes the descriptor of its event pipe twice, and the second time it may be a client's.
class Comer {
  public:
    explicit Comer(std::uint16_t port) : pid_(::fork()) {
        if (pid_ != 0) {
            return;
        }
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        // Else the server's listening socket lives on in this process.
        ::close_range(STDERR_FILENO + 1, ~0U, 0);
        for (;;) {
            try {
                const WebSocketClient client(port);
            } catch (const std::exception&) {
                // Refused, or cut in the middle.
            }
        }
    }
    ~Comer() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    Comer(const Comer&) = delete;
    Comer& operator=(const Comer&) = delete;

  private:
    pid_t pid_;
};

// Clients that come while the server goes.
TEST(ServerStop, ComesInTheMiddleOfHandshakes) {
    for (int round = 0; round < 10; ++round) {
        TestServer server;
        std::vector<std::unique_ptr<Comer>> comers;
        for (int i = 0; i < 3; ++i) {
            comers.push_back(std::make_unique<Comer>(server.port()));
        }
        EXPECT_TRUE(eventually([&] { return server->stats().connections_opened > 5; }));
        server->stop();
        comers.clear();
        EXPECT_EQ(server->stats().connections, 0U);
    }
}

TEST(Server, NamesTheLibrariesItRunsWith) {
    const auto versions = library_versions();
    ASSERT_GE(versions.size(), 2U);
    for (const auto& [name, version] : versions) {
        EXPECT_NE(version.find("built with"), std::string::npos) << name;
    }
}

}  // namespace
}  // namespace reverb
