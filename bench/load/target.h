// The server under load and the application whose credentials the client has. A value.
#pragma once

#include <string>

#include "common/sockets.h"

namespace reverb::bench {

struct Target {
    TcpTarget tcp;
    std::string socket;  // unix socket of its publishers, or empty
    std::string app_id = "bench";
    std::string key = "bench-key";
    std::string secret = "bench-secret";
    std::string channel = "bench";

    // Channels that need a signature to subscribe to.
    [[nodiscard]] bool private_channel() const { return channel.starts_with("private-"); }
};

}  // namespace reverb::bench
