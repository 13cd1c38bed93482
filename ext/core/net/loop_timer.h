// A timer of an EventLoop that ends with its owner. A value, on the loop's thread; the loop must
// outlive it.
#pragma once

#include <chrono>
#include <utility>

#include "net/event_loop.h"

namespace reverb {

class LoopTimer {
  public:
    explicit LoopTimer(EventLoop& loop) : loop_(loop) {}
    ~LoopTimer() { cancel(); }
    LoopTimer(const LoopTimer&) = delete;
    LoopTimer& operator=(const LoopTimer&) = delete;

    // In place of what was set before.
    void every(std::chrono::milliseconds interval, EventLoop::Task task) {
        cancel();
        id_ = loop_.every(interval, std::move(task));
    }
    void after(std::chrono::milliseconds delay, EventLoop::Task task) {
        cancel();
        id_ = loop_.after(delay, std::move(task));
    }
    void cancel() { loop_.cancel(std::exchange(id_, 0)); }

  private:
    EventLoop& loop_;
    std::uint64_t id_ = 0;
};

}  // namespace reverb
