// Sends the event of a run to the server, as often as it is told. Owned by the scenario, one
// thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "load/histogram.h"

namespace reverb::bench {

class Publisher {
  public:
    virtual ~Publisher() = default;
    Publisher(const Publisher&) = delete;
    Publisher& operator=(const Publisher&) = delete;

    // Begins `count` publishes, spread over its connections.
    virtual void send(std::size_t count) = 0;

    // Publishes whose answer has come; where the way has no answers, those sent. A refusal
    // throws std::runtime_error.
    [[nodiscard]] std::uint64_t answered() const noexcept { return answered_; }
    // Sent to answered; empty where there are no answers.
    [[nodiscard]] Histogram& latency() noexcept { return latency_; }

  protected:
    Publisher() = default;

    std::uint64_t answered_ = 0;
    Histogram latency_;
};

}  // namespace reverb::bench
