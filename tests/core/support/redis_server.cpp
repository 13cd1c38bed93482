#include "support/redis_server.h"

#include <csignal>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "support/certificate_files.h"
#include "support/eventually.h"
#include "support/tcp_client.h"

namespace reverb::testing {

namespace {

// Whether it has nothing more to load. That it refuses commands is an answer too.
bool answers(std::uint16_t port) {
    try {
        return !ask_redis(port, {"PING"}).is_error("LOADING");
    } catch (const std::exception&) {
        return false;
    }
}

}  // namespace

RedisServer::RedisServer(std::vector<std::string> options)
    : options_(std::move(options)), port_(free_port()) {
    start();
}

RedisConfig RedisServer::config() const {
    RedisConfig config;
    config.port = port_;
    return config;
}

void RedisServer::start_soon() {
    std::vector<std::string> command{"redis-server",
                                     "--port",
                                     std::to_string(port_),
                                     "--bind",
                                     "127.0.0.1",
                                     "--dir",
                                     directory_.file(""),
                                     "--unixsocket",
                                     socket(),
                                     "--save",
                                     "",
                                     "--enable-debug-command",
                                     "yes",
                                     "--repl-diskless-sync-delay",
                                     "0"};
    command.insert(command.end(), options_.begin(), options_.end());
    process_ = ChildProcess(command, file("log"));
}

void RedisServer::start() {
    start_soon();
    const bool up = eventually([&] { return !process_.running() || answers(port_); });
    if (!up || !process_.running()) {
        throw std::runtime_error("redis-server did not start: " + read_file(file("log")));
    }
}

void RedisServer::freeze() const {
    process_.signal(SIGSTOP);
}

void RedisServer::thaw() const {
    process_.signal(SIGCONT);
}

RedisReply RedisServer::ask(const std::vector<std::string_view>& words) const {
    return ask_redis(port_, words);
}

RedisReply ask_redis(std::uint16_t port, const std::vector<std::string_view>& words,
                     std::string_view password) {
    TcpClient client(port);
    RespReader reader;
    const auto ask = [&](std::span<const std::string_view> question) {
        client.send(redis_command(question));
        const RedisReply* reply = nullptr;
        while (reply == nullptr) {
            reader.feed(client.read(1));
            reply = reader.next();
        }
        return *reply;
    };
    if (!password.empty()) {
        const std::vector<std::string_view> login{"AUTH", password};
        ask(login);
    }
    return ask(words);
}

}  // namespace reverb::testing
