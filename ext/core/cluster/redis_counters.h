// What the Redis client counts. Written on its thread, read by any; relaxed atomics.
#pragma once

#include <atomic>
#include <cstdint>

namespace reverb {

struct RedisCounters {
    std::atomic<std::uint64_t> published{0};     // confirmed by the server
    std::atomic<std::uint64_t> received{0};      // messages of channels
    std::atomic<std::uint64_t> dropped{0};       // publishes that no queue had room for
    std::atomic<std::uint64_t> unconfirmed{0};   // publishes written whose answer never came
    std::atomic<std::uint64_t> reconnects{0};    // how often a server that was lost was had again
    std::atomic<std::uint64_t> errors{0};        // error replies to publishes, commands, scripts
    std::atomic<std::uint64_t> queued_bytes{0};  // now: of publishes and commands not yet sent
    std::atomic<bool> up{false};                 // now
};

}  // namespace reverb
