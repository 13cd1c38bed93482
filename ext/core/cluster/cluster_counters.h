// What a node of a cluster counts, beside what its Redis client does. Shared by all threads;
// relaxed atomics.
#pragma once

#include <atomic>
#include <cstdint>

#include "cluster/redis_counters.h"

namespace reverb {

struct ClusterCounters {
    RedisCounters redis;
    std::atomic<std::uint64_t> nodes{1};    // now, this one included, as far as is known
    std::atomic<std::uint64_t> dropped{0};  // events that this node did not come to hand to Redis
    std::atomic<std::uint64_t> unreadable{0};  // messages of other versions, or of somebody else
    std::atomic<std::uint64_t> subscriptions_degraded{0};  // Redis did not hear of them
    std::atomic<std::uint64_t> questions_incomplete{0};    // that some node did not answer
};

}  // namespace reverb
