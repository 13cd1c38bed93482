// What the server counts, for its statistics. Shared by all threads; relaxed atomics.
#pragma once

#include <atomic>
#include <cstdint>

namespace reverb {

struct Counters {
    std::atomic<std::uint64_t> connections_opened{0};
    std::atomic<std::uint64_t> messages_received{0};
    std::atomic<std::uint64_t> messages_published{0};
    std::atomic<std::uint64_t> deliveries{0};
    std::atomic<std::uint64_t> messages_compressed{0};
    std::atomic<std::uint64_t> slow_closes{0};
    std::atomic<std::uint64_t> deadline_closes{0};
    std::atomic<std::uint64_t> auth_failures{0};
};

inline void count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) noexcept {
    counter.fetch_add(by, std::memory_order_relaxed);
}

}  // namespace reverb
