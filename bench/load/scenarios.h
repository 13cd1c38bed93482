// The things a load client can measure. Each opens its subscribers, does its work within the
// deadline and returns what it found; throws std::runtime_error when a delivery is missing, comes
// twice, or anything is refused.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "common/deadline.h"
#include "load/report.h"
#include "load/server_process.h"
#include "load/target.h"

namespace reverb::bench {

enum class Way : std::uint8_t { http, http_new, batch, socket, whisper };

struct FanOut {
    Way way = Way::http;
    std::size_t publishers =
        0;  // connections or members; 0: one for each in flight, for the socket 1
    std::size_t in_flight = 1;
    bool batches = true;     // the next ones only when all of the former were received by all
    std::size_t batch = 10;  // events of a publish, where it is one of several
    std::size_t payload = 100;
    bool records = false;  // of the kind that applications send, rather than letters
    std::uint64_t publishes = 1000;
    std::chrono::seconds limit{10};  // ends the measurement before all publishes were made
    std::uint64_t warmup = 50;       // publishes that are not measured
    bool announce = false;           // say on the standard error when it begins to measure
};

// A channel of `subscribers`, and messages to all of them; where the target is spread, batches of
// messages to one each.
[[nodiscard]] Report fan_out(const Target& target, const ServerProcess& server,
                             std::size_t subscribers, std::size_t window, const FanOut& options,
                             const Deadline& deadline);
// Connections and subscriptions, after `present` others, and with `closes` the end of all. On a
// presence channel all have come when each member knows of all.
[[nodiscard]] Report connects(const Target& target, const ServerProcess& server,
                              std::size_t subscribers, std::size_t window, std::size_t present,
                              bool closes, const Deadline& deadline);
// `subscribers` that do nothing, or ping once in `ping_every`, for that long; 0: they do nothing.
[[nodiscard]] Report idle(const Target& target, const ServerProcess& server,
                          std::size_t subscribers, std::size_t window,
                          std::chrono::seconds ping_every, std::chrono::seconds length,
                          const Deadline& deadline);
// Resident memory with `subscribers` idle ones, and after they went; what the kernel holds, which
// has both ends of each here, is halved.
[[nodiscard]] Report memory(const Target& target, const ServerProcess& server,
                            std::size_t subscribers, std::size_t window, const Deadline& deadline);

}  // namespace reverb::bench
