#include "cluster/cluster_cache.h"

#include <utility>

#include "base/clock.h"

namespace reverb {

namespace {

constexpr std::size_t max_unsaved = 10'000;
// A Redis that is out of memory is not asked for more than that each second.
constexpr std::size_t saves_a_tick = 100;

// What the channel holds and for how many milliseconds still.
const RedisScript& fetch_script() {
    static const RedisScript script(
        "return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}");
    return script;
}

// An event that could not be saved when it was published, with the milliseconds it has left. Events
// live equally long, so what has longer to live there is the later one, and stays.
const RedisScript& save_again_script() {
    static const RedisScript script(R"(
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return 1
)");
    return script;
}

}  // namespace

void ClusterCache::load(const std::string& key) {
    // First what Redis does not know yet: it would answer with what was before.
    if (unsaved_.erase(key) > 0) {
        save_again(key);
    }
    const std::uint64_t number = ++last_number_;
    loads_[key] = {number, false};
    FramePtr before = context_.services.directory.cached(key, monotonic_ms()).event;
    context_.redis.script(fetch_script(), {context_.names.cache(key)}, {},
                          [this, key, number, before = std::move(before)](const RedisReply& reply) {
                              const auto found = loads_.find(key);
                              if (found != loads_.end() && found->second.number == number) {
                                  const Load load = found->second;
                                  loads_.erase(found);
                                  loaded(key, load, before, reply);
                              }
                          });
}

void ClusterCache::loaded(const std::string& key, const Load& load, const FramePtr& before,
                          const RedisReply& reply) {
    Directory& directory = context_.services.directory;
    const bool wanted = !load.superseded && directory.cached(key, monotonic_ms()).event == before;
    if (wanted && reply.type == RedisReply::Type::array && reply.elements.size() == 2 &&
        reply.elements[0].type == RedisReply::Type::text && reply.elements[1].integer > 0) {
        // Nobody is told: who waits for the channel gets it when it subscribes, and who was there
        // before an outage is not sent an event a second time.
        directory.keep(key, text_frame(reply.elements[0].text),
                       monotonic_ms() + static_cast<std::uint64_t>(reply.elements[1].integer),
                       [](ThreadMask, ChannelVersion) {});
    }
    loaded_(key);
}

void ClusterCache::save(const std::string& key, std::string_view message) {
    supersede(key);
    const std::string name = context_.names.cache(key);
    const std::uint64_t ttl = cache_ttl_ms(context_.services.config);
    context_.redis.command(name, {"SET", name, std::string(message), "PX", std::to_string(ttl)},
                           unsaved_if_failed(key));
}

void ClusterCache::received(const std::string& key) {
    supersede(key);
    unsaved_.erase(key);
}

void ClusterCache::supersede(const std::string& key) {
    if (const auto found = loads_.find(key); found != loads_.end()) {
        found->second.superseded = true;
    }
}

void ClusterCache::save_again(const std::string& key) {
    const std::uint64_t now = monotonic_ms();
    const Directory::Cached cached = context_.services.directory.cached(key, now);
    if (cached.event != nullptr) {
        context_.redis.script(
            save_again_script(), {context_.names.cache(key)},
            {std::string(frame_payload(*cached.event)), std::to_string(cached.expires_ms - now)},
            unsaved_if_failed(key));
    }
}

std::function<void(const RedisReply&)> ClusterCache::unsaved_if_failed(const std::string& key) {
    return [this, key](const RedisReply& reply) {
        if (reply.failed() && unsaved_.size() < max_unsaved) {
            unsaved_.insert(key);
        }
    };
}

void ClusterCache::tick() {
    for (std::size_t saves = 0; saves < saves_a_tick && !unsaved_.empty(); ++saves) {
        save_again(unsaved_.extract(unsaved_.begin()).value());
    }
}

void ClusterCache::redis_up() {
    for (const std::string& key : std::exchange(unsaved_, {})) {
        save_again(key);
    }
}

}  // namespace reverb
