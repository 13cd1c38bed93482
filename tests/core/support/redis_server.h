// A redis-server of the tests: a real one, on 127.0.0.1 and a free port, without a file of its
// data. Owned by a test; ends with it. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/resp.h"
#include "publisher/peer.h"
#include "server_config.h"
#include "support/child_process.h"

namespace reverb::testing {

class RedisServer {
  public:
    // Words as on its command line: {"--requirepass", "secret"}. Answers when this returns.
    explicit RedisServer(std::vector<std::string> options = {});

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] std::string socket() const { return directory_.file("redis.sock"); }
    // A file in its directory.
    [[nodiscard]] std::string file(std::string_view name) const { return directory_.file(name); }
    // As a client would be configured for it.
    [[nodiscard]] RedisConfig config() const;

    // Again, on the same port, after a stop.
    void start();
    // The same, without waiting until it answers.
    void start_soon();
    void stop() { process_.terminate(); }
    void kill() { process_.kill(); }
    void freeze() const;
    void thaw() const;

    // One command, over a connection of its own.
    RedisReply ask(const std::vector<std::string_view>& words) const;

  private:
    TemporaryDirectory directory_;
    std::vector<std::string> options_;
    std::uint16_t port_;
    ChildProcess process_;
};

// One command to whatever speaks RESP on that port, after AUTH where there is a password. Throws
// where nobody listens.
RedisReply ask_redis(std::uint16_t port, const std::vector<std::string_view>& words,
                     std::string_view password = {});

}  // namespace reverb::testing
