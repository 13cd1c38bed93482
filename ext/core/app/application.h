// An application of the Pusher protocol: its credentials and its limits, as one entry of
// `reverb.apps.apps` describes it. Immutable once made, so any thread may hold it and read it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace reverb {

// Who may send `client-*` events (setting `accept_client_events_from`).
enum class ClientEvents : std::uint8_t { off, members, all };

struct RateLimit {
    bool enabled = false;
    std::uint32_t max_attempts = 60;
    std::uint32_t decay_seconds = 60;
    bool terminate_on_limit = false;
};

struct Application {
    std::string id;
    std::string key;
    std::string secret;
    std::uint32_t ping_interval = 60;     // seconds without a message until the server pings
    std::uint32_t activity_timeout = 30;  // seconds, told to the client and waited for a pong
    std::vector<std::string> allowed_origins{"*"};
    std::optional<std::uint32_t> max_connections;  // none: no limit
    std::uint32_t max_message_size = 10'000;       // bytes of one message from a client
    ClientEvents accept_client_events_from = ClientEvents::members;
    RateLimit rate_limit;
};

using ApplicationPtr = std::shared_ptr<const Application>;

}  // namespace reverb
