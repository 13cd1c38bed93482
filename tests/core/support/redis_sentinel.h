// A redis-sentinel of the tests: a real one, on 127.0.0.1 and a free port, which watches one master
// by the name "main" and alone decides on a failover. Owned by a test; ends with it.
#pragma once

#include <cstdint>
#include <string>

#include "publisher/peer.h"
#include "server_config.h"
#include "support/child_process.h"
#include "support/redis_server.h"

namespace reverb::testing {

class RedisSentinelServer {
  public:
    // `more` are further lines of its configuration.
    explicit RedisSentinelServer(const RedisServer& master, const std::string& more = {});

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] RedisConfig config() const;
    // How many replicas it knows that it could make the master.
    [[nodiscard]] std::size_t replicas() const;

  private:
    TemporaryDirectory directory_;
    std::uint16_t port_;
    ChildProcess process_;
};

}  // namespace reverb::testing
