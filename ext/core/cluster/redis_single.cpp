#include "cluster/redis_single.h"

#include "cluster/redis_addresses.h"
#include "cluster/redis_sentinel.h"

namespace reverb {

namespace {

std::unique_ptr<RedisLocator> locator_of(RedisContext& context) {
    const RedisConfig& config = context.config;
    if (!config.sentinels.empty()) {
        return std::make_unique<RedisSentinel>(
            context, client_addresses(config.sentinels, "scaling.server.sentinels"));
    }
    return std::make_unique<FixedLocator>(ClientAddress{config.host, config.port, config.path});
}

}  // namespace

RedisSingle::RedisSingle(RedisContext& context, RedisBackend::Listener& listener)
    : listener_(listener), endpoint_(context, locator_of(context), false, *this) {
}

}  // namespace reverb
