// The server under load and the application whose credentials the client has. A value.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "common/sockets.h"
#include "common/tls.h"

namespace reverb::bench {

struct Target {
    TcpTarget tcp;
    std::uint16_t publish_port = 0;         // where events are published by HTTP; 0: the same
    std::shared_ptr<const TlsContext> tls;  // null: plain
    std::string socket;                     // unix socket of its publishers, or empty
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
    // Channels that tell their members of each other.
    [[nodiscard]] bool presence_channel() const { return channel.starts_with("presence-"); }
};

}  // namespace reverb::bench
