// A moment of the monotonic clock by which something must have happened. A value.
#pragma once

#include <algorithm>
#include <chrono>

namespace reverb {

class Deadline {
  public:
    explicit Deadline(std::chrono::milliseconds from_now)
        : at_(std::chrono::steady_clock::now() + from_now) {}

    // Rounded up, so that waiting for it never ends early; 0 when it has passed.
    [[nodiscard]] std::chrono::milliseconds left() const {
        const auto rest =
            std::chrono::ceil<std::chrono::milliseconds>(at_ - std::chrono::steady_clock::now());
        return std::max(rest, std::chrono::milliseconds::zero());
    }

  private:
    std::chrono::steady_clock::time_point at_;
};

}  // namespace reverb
