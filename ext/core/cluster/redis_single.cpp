#include "cluster/redis_single.h"

namespace reverb {

namespace {

std::unique_ptr<RedisLocator> locator_of(const RedisConfig& config) {
    return std::make_unique<FixedLocator>(ClientAddress{config.host, config.port, config.path});
}

}  // namespace

RedisSingle::RedisSingle(RedisContext& context, RedisBackend::Listener& listener)
    : listener_(listener), endpoint_(context, locator_of(context.config), false, *this) {
}

}  // namespace reverb
