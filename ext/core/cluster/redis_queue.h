// Requests that are not sent yet, in order, and how many bytes they are. Owned by a connection or
// by whoever waits for one, on the cluster's thread.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <vector>

#include "cluster/redis_context.h"
#include "cluster/redis_request.h"

namespace reverb {

class RedisQueue {
  public:
    // Of publishes that wait: more are kept for nobody.
    static constexpr std::size_t max_messages = 1'000;
    static constexpr std::size_t max_bytes = 8U << 20U;

    // What waits is counted in `queued_bytes`.
    explicit RedisQueue(RedisContext& context) : context_(context) {}
    ~RedisQueue();
    RedisQueue(const RedisQueue&) = delete;
    RedisQueue& operator=(const RedisQueue&) = delete;

    void push(RedisRequest request);
    // At its place in the order of the calls.
    void insert(RedisRequest request);
    [[nodiscard]] RedisRequest pop();
    // Those that are so, in order.
    [[nodiscard]] std::vector<RedisRequest> take(
        const std::function<bool(const RedisRequest&)>& wanted);
    // Drops and counts the oldest publishes until no more than that many, and max_bytes of them,
    // are left. Who waits for them is told at the end of the turn: not while somebody publishes.
    void bound(std::size_t messages);

    [[nodiscard]] bool empty() const noexcept { return requests_.empty(); }
    // Of all requests but publishes.
    [[nodiscard]] std::size_t command_bytes() const noexcept { return bytes_ - publish_bytes_; }
    [[nodiscard]] auto begin() const noexcept { return requests_.begin(); }
    [[nodiscard]] auto end() const noexcept { return requests_.end(); }

  private:
    void remember(const RedisRequest& request);
    void forget(const RedisRequest& request);

    RedisContext& context_;
    std::deque<RedisRequest> requests_;
    std::size_t bytes_ = 0;
    std::size_t publishes_ = 0;      // of them
    std::size_t publish_bytes_ = 0;  // and their bytes
};

// Tells who waits for it, at the end of the turn.
void lose_soon(RedisContext& context, RedisRequest request, const std::string& why);

}  // namespace reverb
