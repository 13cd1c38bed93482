#include "cluster/redis_queue.h"

#include <algorithm>
#include <utility>

#include "counters.h"

namespace reverb {

RedisQueue::~RedisQueue() {
    context_.counters.queued_bytes.fetch_sub(bytes_, std::memory_order_relaxed);
}

void RedisQueue::push(RedisRequest request) {
    remember(request);
    requests_.push_back(std::move(request));
}

void RedisQueue::insert(RedisRequest request) {
    remember(request);
    const auto place = std::upper_bound(
        requests_.begin(), requests_.end(), request.number,
        [](std::uint64_t number, const RedisRequest& other) { return number < other.number; });
    requests_.insert(place, std::move(request));
}

RedisRequest RedisQueue::pop() {
    RedisRequest request = std::move(requests_.front());
    requests_.pop_front();
    forget(request);
    return request;
}

std::vector<RedisRequest> RedisQueue::take(const std::function<bool(const RedisRequest&)>& wanted) {
    std::vector<RedisRequest> taken;
    std::deque<RedisRequest> kept;
    for (RedisRequest& request : requests_) {
        if (wanted(request)) {
            forget(request);
            taken.push_back(std::move(request));
        } else {
            kept.push_back(std::move(request));
        }
    }
    requests_ = std::move(kept);
    return taken;
}

void RedisQueue::bound(std::size_t messages) {
    while (publishes_ > messages || publish_bytes_ > max_bytes) {
        const auto oldest =
            std::find_if(requests_.begin(), requests_.end(),
                         [](const RedisRequest& request) { return request.is_publish(); });
        count(context_.counters.dropped);
        forget(*oldest);
        lose_soon(context_, std::move(*oldest), "too much waits for Redis");
        requests_.erase(oldest);
    }
}

void RedisQueue::remember(const RedisRequest& request) {
    const std::size_t bytes = request.bytes.size();
    bytes_ += bytes;
    if (request.is_publish()) {
        ++publishes_;
        publish_bytes_ += bytes;
    }
    context_.counters.queued_bytes.fetch_add(bytes, std::memory_order_relaxed);
}

void RedisQueue::forget(const RedisRequest& request) {
    const std::size_t bytes = request.bytes.size();
    bytes_ -= bytes;
    if (request.is_publish()) {
        --publishes_;
        publish_bytes_ -= bytes;
    }
    context_.counters.queued_bytes.fetch_sub(bytes, std::memory_order_relaxed);
}

void lose_soon(RedisContext& context, RedisRequest request, const std::string& why) {
    if (request.done) {
        context.loop.defer([done = std::move(request.done), why] { done(lost_reply(why)); });
    }
}

}  // namespace reverb
