// Requests that are not sent yet, in order, and how many bytes they are. Owned by a connection or
// by whoever waits for one, on the cluster's thread.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "cluster/redis_counters.h"
#include "cluster/redis_request.h"

namespace reverb {

class RedisQueue {
  public:
    // What waits is counted in `queued_bytes`.
    explicit RedisQueue(RedisCounters& counters) : counters_(counters) {}
    ~RedisQueue() { forget(bytes_); }
    RedisQueue(const RedisQueue&) = delete;
    RedisQueue& operator=(const RedisQueue&) = delete;

    void push(RedisRequest request);
    [[nodiscard]] RedisRequest pop();
    // The oldest of those that may be dropped.
    [[nodiscard]] std::optional<RedisRequest> pop_publish();

    [[nodiscard]] bool empty() const noexcept { return requests_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return requests_.size(); }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  private:
    void forget(std::size_t bytes);

    RedisCounters& counters_;
    std::deque<RedisRequest> requests_;
    std::size_t bytes_ = 0;
};

}  // namespace reverb
