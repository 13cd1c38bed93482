#include "app/application_usage.h"

#include <numeric>

namespace reverb {

bool ApplicationUsage::admit_connection(std::optional<std::uint32_t> limit) noexcept {
    if (!limit) {
        connections_.fetch_add(1, std::memory_order_relaxed);
        return true;
    }
    std::uint64_t open = connections_.load(std::memory_order_relaxed);
    while (open < *limit) {
        if (connections_.compare_exchange_weak(open, open + 1, std::memory_order_relaxed)) {
            return true;
        }
    }
    return false;
}

std::uint64_t ApplicationUsage::messages_received() const noexcept {
    return std::accumulate(messages_.begin(), messages_.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const Messages& thread) {
                               return sum + thread.received.load(std::memory_order_relaxed);
                           });
}

std::uint64_t ApplicationUsage::messages_sent() const noexcept {
    return std::accumulate(messages_.begin(), messages_.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const Messages& thread) {
                               return sum + thread.sent.load(std::memory_order_relaxed);
                           });
}

}  // namespace reverb
