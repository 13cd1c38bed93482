// What all parts of the Redis client share. Owned by Redis, on the cluster's thread.
#pragma once

#include <optional>

#include "base/tls_session.h"
#include "cluster/redis_counters.h"
#include "net/event_loop.h"
#include "server_config.h"

namespace reverb {

struct RedisContext {
    EventLoop& loop;
    RedisConfig config;
    std::optional<TlsOptions> tls;
    RedisCounters& counters;
};

}  // namespace reverb
