// All subscribers of a run. Owned by the scenario, one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "common/deadline.h"
#include "load/subscriber.h"

namespace reverb::bench {

class SubscriberPool {
  public:
    SubscriberPool(EventLoop& loop, Target target);
    SubscriberPool(const SubscriberPool&) = delete;
    SubscriberPool& operator=(const SubscriberPool&) = delete;

    // Opens `count` more, `window` of them at a time, and returns when all are subscribed.
    void open(std::size_t count, std::size_t window, const Deadline& deadline);
    // Returns when each of a presence channel knows of all; throws std::runtime_error when one
    // knows of more.
    void await_members(const Deadline& deadline);
    void close_all() noexcept { subscribers_.clear(); }

    [[nodiscard]] std::size_t size() const noexcept { return subscribers_.size(); }
    [[nodiscard]] Subscriber& operator[](std::size_t i) noexcept { return *subscribers_[i]; }
    [[nodiscard]] Tally& tally() noexcept { return tally_; }

  private:
    EventLoop& loop_;
    Target target_;
    Tally tally_;
    std::vector<std::unique_ptr<Subscriber>> subscribers_;
};

}  // namespace reverb::bench
