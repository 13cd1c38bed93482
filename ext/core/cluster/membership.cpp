#include "cluster/membership.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"

namespace reverb {

namespace {

// Nobody asks about a node any more that died so long ago.
constexpr std::uint64_t forget_after_ms = 600'000;

// Answers whether the node was known, and which nodes live.
const RedisScript& beat_script() {
    static const RedisScript script(R"(
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('ZSCORE', KEYS[1], ARGV[1]) and 1 or 0
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[3])
return {known, redis.call('ZRANGEBYSCORE', KEYS[1], now - ARGV[2], '+inf')}
)");
    return script;
}

}  // namespace

void Membership::tick() {
    const bool reachable = context_.redis.up(context_.names.nodes());
    if (reachable && !reachable_) {
        begin();
    }
    reachable_ = reachable;
}

void Membership::beat() {
    ask_who_lives();
    if (context_.services.config.scaling.connections_of_cluster) {
        tell_load(true);
    }
}

void Membership::ask_who_lives() {
    context_.redis.script(
        beat_script(), {context_.names.nodes()},
        {context_.self.text(), std::to_string(dead_after_ms), std::to_string(forget_after_ms)},
        [this](const RedisReply& reply) { answered(reply); });
}

void Membership::answered(const RedisReply& reply) {
    if (reply.type != RedisReply::Type::array || reply.elements.size() != 2) {
        return;
    }
    alive_.clear();
    for (const RedisReply& node : reply.elements[1].elements) {
        alive_.insert(NodeId::parse(node.text).value_or(NodeId{}));
    }
    context_.counters.nodes = alive_.size();
    if (std::exchange(known_, true) && reply.elements[0].integer == 0) {
        events_.redis_emptied();
    }
    const std::uint64_t now = monotonic_ms();
    answered_ms_ = now;
    std::map<NodeId, std::uint64_t> missing;
    for (const NodeId node : events_.seen()) {
        if (alive_.contains(node) || node == context_.self) {
            continue;
        }
        const auto suspected = suspects_.find(node);
        const std::uint64_t since = suspected == suspects_.end() ? now : suspected->second;
        if (now - since >= suspected_for_ms) {
            events_.died(node);
        } else {
            missing.emplace(node, since);
        }
    }
    suspects_ = std::move(missing);
    forget_loads();
}

void Membership::begin() {
    reachable_ = true;
    suspects_.clear();
    ask_who_lives();
    // Also where connections are not counted over the cluster: who hears of it knows that it is
    // one of several, without waiting for its next beat.
    tell_load(true);
}

void Membership::leave() {
    context_.redis.command(context_.names.nodes(),
                           {"ZREM", context_.names.nodes(), context_.self.text()},
                           [](const RedisReply&) {});
    if (context_.services.config.scaling.connections_of_cluster &&
        context_.redis.up(context_.names.control())) {
        context_.redis.publish(context_.names.control(), envelope::load(context_.self, {true, {}}));
    }
}

void Membership::tell_load(bool whole) {
    if (!context_.redis.up(context_.names.control())) {
        // It would be old news, and in the way of events.
        return;
    }
    whole = std::exchange(owed_, false) || whole;
    StringMap<std::uint64_t> now;
    context_.services.applications.each(
        [&now](const std::string& id, const ApplicationUsage& usage) {
            now.emplace(id, usage.connections());
        });
    envelope::Load load{whole, {}};
    for (const auto& [id, connections] : now) {
        const auto told = told_.find(id);
        if (whole || told == told_.end() || told->second != connections) {
            load.connections.emplace_back(id, connections);
        }
    }
    if (whole || !load.connections.empty()) {
        context_.redis.publish(context_.names.control(), envelope::load(context_.self, load));
        told_ = std::move(now);
    }
}

void Membership::received(NodeId from, const envelope::Load& load) {
    if (alive_.insert(from).second) {
        context_.counters.nodes = std::max<std::size_t>(alive_.size(), 2);
    }
    const std::scoped_lock lock(mutex_);
    const auto [entry, added] = loads_.try_emplace(from);
    owed_ = owed_ || added;
    StringMap<std::uint64_t>& known = entry->second;
    if (load.whole) {
        known.clear();
    }
    for (const auto& [id, connections] : load.connections) {
        known[id] = connections;
    }
}

void Membership::forget_loads() {
    const std::scoped_lock lock(mutex_);
    std::erase_if(loads_, [this](const auto& entry) { return !alive_.contains(entry.first); });
}

std::uint64_t Membership::connections_elsewhere(std::string_view app_id) const {
    if (answered_ms_ + dead_after_ms < monotonic_ms()) {
        return 0;
    }
    const std::scoped_lock lock(mutex_);
    std::uint64_t connections = 0;
    for (const auto& [node, load] : loads_) {
        if (const auto found = load.find(app_id); found != load.end()) {
            connections += found->second;
        }
    }
    return connections;
}

}  // namespace reverb
