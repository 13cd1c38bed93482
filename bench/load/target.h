// The server under load and the application whose credentials the client has. A value.
#pragma once

#include <cstddef>
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
    std::size_t channels = 1;        // of a connection; several are called NAME-0, NAME-1 and so on
    bool offer_compression = false;  // and take messages compressed where the server agrees
    bool spread = false;             // each connection has one of its own, NAME-NUMBER

    [[nodiscard]] std::string channel_of(std::size_t connection, std::size_t index = 0) const {
        if (spread) {
            return channel + "-" + std::to_string(connection);
        }
        return channels == 1 ? channel : channel + "-" + std::to_string(index);
    }
    // Channels that need a signature to subscribe to.
    [[nodiscard]] bool private_channel() const { return channel.starts_with("private-"); }
};

}  // namespace reverb::bench
