// Waiting for what another thread will do. Any thread.
#pragma once

#include <chrono>
#include <thread>

namespace reverb::testing {

// How long anything may take before a test gives up: far more than it needs, so that only what
// never happens fails, even on a busy machine under a sanitizer.
inline constexpr std::chrono::milliseconds patience{30'000};

// Whether `condition` turned true in time.
template <typename Condition>
[[nodiscard]] bool eventually(Condition condition, std::chrono::milliseconds within = patience) {
    const auto end = std::chrono::steady_clock::now() + within;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

}  // namespace reverb::testing
