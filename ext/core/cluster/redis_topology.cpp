#include "cluster/redis_topology.h"

#include <array>
#include <utility>

#include "base/clock.h"
#include "cluster/redis_endpoint.h"

namespace reverb {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds first_rest{100};
constexpr milliseconds longest_rest{2'000};

std::string cluster_slots() {
    return redis_command(std::array<std::string_view, 2>{"CLUSTER", "SLOTS"});
}

}  // namespace

RedisTopology::RedisTopology(RedisContext& context, std::vector<ClientAddress> seeds,
                             Listener& listener)
    : context_(context),
      seeds_(std::move(seeds)),
      listener_(listener),
      waits_(first_rest, longest_rest),
      timer_(context.loop) {
}

void RedisTopology::ask(const std::string& preferred) {
    if (!preferred.empty()) {
        preferred_ = preferred;
    }
    if (asking_ || closed_) {
        again_ = true;
        return;
    }
    const std::uint64_t now = monotonic_ms();
    const milliseconds rest(rested_ > now ? rested_ - now : 0);
    timer_.after(rest, [this] { begin(); });
}

void RedisTopology::close() {
    timer_.cancel();
    question_.reset();
    closed_ = true;
}

void RedisTopology::begin() {
    asking_ = true;
    again_ = false;
    rested_ = monotonic_ms() + static_cast<std::uint64_t>(waits_.next().count());
    left_ = known_;
    left_.insert(left_.end(), seeds_.rbegin(), seeds_.rend());
    if (RedisEndpoint* const endpoint = listener_.endpoint_to_ask(std::exchange(preferred_, {}))) {
        ask_endpoint(*endpoint);
    } else {
        ask_node();
    }
}

// Behind everything that was sent to it before: so its answer comes after the last one that shows
// that a slot has moved.
void RedisTopology::ask_endpoint(RedisEndpoint& endpoint) {
    RedisRequest request;
    request.kind = RedisRequest::Kind::question;
    request.bytes = cluster_slots();
    request.done = [this, host = endpoint.address().host](const RedisReply& reply) {
        answered(reply, host);
    };
    endpoint.send(std::move(request));
}

void RedisTopology::ask_node() {
    if (left_.empty()) {
        asking_ = false;
        return listener_.topology_unknown(why_);
    }
    const ClientAddress address = left_.back();
    left_.pop_back();
    question_ = std::make_unique<RedisQuestion>(
        context_, address, RedisConnection::Use::question, cluster_slots(),
        [this, host = address.host](const RedisReply& reply) {
            const auto ended = std::move(question_);
            why_ = reply.type == RedisReply::Type::error ? ended->refusal(reply) : reply.text;
            answered(reply, host);
        });
}

void RedisTopology::answered(const RedisReply& reply, const std::string& host) {
    if (closed_) {
        return;
    }
    std::optional<SlotMap> map = SlotMap::read(reply, host);
    if (!map) {
        return ask_node();
    }
    asking_ = false;
    listener_.topology(std::move(*map));
    if (again_) {
        ask();
    }
}

}  // namespace reverb
