// How long to wait before the next attempt: twice as long each time, up to a limit, and less by
// chance, so that not all nodes come at once. A value.
#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace reverb {

class BackOff {
  public:
    BackOff(std::chrono::milliseconds first, std::chrono::milliseconds longest)
        : first_(first), longest_(longest), next_(first) {}

    // 50 to 100 % of what it would be.
    [[nodiscard]] std::chrono::milliseconds next() {
        const auto whole = next_.count();
        next_ = std::min(2 * next_, longest_);
        std::uniform_int_distribution<std::chrono::milliseconds::rep> some(whole / 2, whole);
        return std::chrono::milliseconds(some(random_));
    }
    void reset() { next_ = first_; }

  private:
    std::chrono::milliseconds first_;
    std::chrono::milliseconds longest_;
    std::chrono::milliseconds next_;
    std::minstd_rand random_{std::random_device{}()};
};

}  // namespace reverb
