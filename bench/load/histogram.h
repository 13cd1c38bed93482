// Durations counted in buckets a thirty-second of their value wide: any number of them in fixed
// memory, percentiles within 3 %. A value, one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace reverb::bench {

class Histogram {
  public:
    Histogram();

    void add(std::chrono::nanoseconds value, std::uint64_t times = 1) noexcept;
    // The value, in microseconds, that `share` (0 to 1) of them do not exceed. 0 when empty.
    [[nodiscard]] double percentile_us(double share) const noexcept;
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    void clear() noexcept;

  private:
    std::vector<std::uint64_t> buckets_;
    std::uint64_t count_ = 0;
};

}  // namespace reverb::bench
