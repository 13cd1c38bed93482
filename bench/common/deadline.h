// The clock that ends a program whatever happens. A value.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>

namespace reverb::bench {

using Clock = std::chrono::steady_clock;

class DeadlineError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

class Deadline {
  public:
    explicit Deadline(std::chrono::seconds allowed)
        : allowed_(allowed), end_(Clock::now() + allowed) {}

    // Throws DeadlineError when there is none; `doing` says what was not done by then.
    [[nodiscard]] std::chrono::milliseconds left(const std::string& doing) const {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now());
        if (left.count() <= 0) {
            throw DeadlineError("--deadline=" + std::to_string(allowed_.count()) +
                                " seconds have passed while " + doing);
        }
        return left;
    }

  private:
    std::chrono::seconds allowed_;
    Clock::time_point end_;
};

}  // namespace reverb::bench
