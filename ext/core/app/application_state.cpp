#include "app/application_state.h"

namespace reverb {

bool ApplicationState::admit_connection() noexcept {
    if (!settings_.max_connections) {
        connections_.fetch_add(1, std::memory_order_relaxed);
        return true;
    }
    std::uint64_t open = connections_.load(std::memory_order_relaxed);
    while (open < *settings_.max_connections) {
        if (connections_.compare_exchange_weak(open, open + 1, std::memory_order_relaxed)) {
            return true;
        }
    }
    return false;
}

}  // namespace reverb
