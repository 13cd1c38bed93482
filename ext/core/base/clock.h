// Time as the server needs it: monotonic milliseconds for deadlines, wall seconds for signatures.
// Pure functions, any thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace reverb {

[[nodiscard]] inline std::uint64_t monotonic_ms() noexcept {
    using namespace std::chrono;
    return static_cast<std::uint64_t>(
        duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count());
}

// Seconds since 1970.
[[nodiscard]] inline std::int64_t unix_seconds() noexcept {
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace reverb
