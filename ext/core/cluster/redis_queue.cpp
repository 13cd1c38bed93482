#include "cluster/redis_queue.h"

#include <algorithm>
#include <utility>

namespace reverb {

void RedisQueue::push(RedisRequest request) {
    bytes_ += request.bytes.size();
    counters_.queued_bytes.fetch_add(request.bytes.size(), std::memory_order_relaxed);
    requests_.push_back(std::move(request));
}

RedisRequest RedisQueue::pop() {
    RedisRequest request = std::move(requests_.front());
    requests_.pop_front();
    forget(request.bytes.size());
    return request;
}

std::optional<RedisRequest> RedisQueue::pop_publish() {
    const auto found = std::find_if(requests_.begin(), requests_.end(), [](const auto& request) {
        return request.kind == RedisRequest::Kind::publish;
    });
    if (found == requests_.end()) {
        return std::nullopt;
    }
    RedisRequest request = std::move(*found);
    requests_.erase(found);
    forget(request.bytes.size());
    return request;
}

void RedisQueue::forget(std::size_t bytes) {
    bytes_ -= bytes;
    counters_.queued_bytes.fetch_sub(bytes, std::memory_order_relaxed);
}

}  // namespace reverb
