#include "cluster/cluster_cache.h"

#include <utility>

#include "base/clock.h"

namespace reverb {

namespace {

constexpr std::size_t max_unsaved = 10'000;
// What a Redis that is out of memory is asked for each second, so that other commands get through.
constexpr std::size_t saves_a_second = 1'000;
constexpr std::size_t saved_bytes_a_second = 2U << 20U;

// What the channel holds and for how many milliseconds still.
const RedisScript& fetch_script() {
    static const RedisScript script(
        "return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}");
    return script;
}

// An event that was not saved when it was published, with the milliseconds it has left, and one
// that it replaces though that one has more of them, or nothing.
const RedisScript& save_again_script() {
    static const RedisScript script(R"(
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) or redis.call('GET', KEYS[1]) == ARGV[3] then
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return 1
)");
    return script;
}

}  // namespace

void ClusterCache::load(const std::string& key) {
    const std::uint64_t number = ++last_number_;
    loads_[key] = number;
    FramePtr before = context_.services.directory.cached(key, monotonic_ms()).event;
    context_.redis.script(fetch_script(), {context_.names.cache(key)}, {},
                          [this, key, number, before = std::move(before)](const RedisReply& reply) {
                              const auto found = loads_.find(key);
                              if (found != loads_.end() && found->second == number) {
                                  loads_.erase(found);
                                  loaded(key, before, reply);
                              }
                          });
}

void ClusterCache::loaded(const std::string& key, const FramePtr& before, const RedisReply& reply) {
    if (reply.type == RedisReply::Type::array && reply.elements.size() == 2 &&
        reply.elements[0].type == RedisReply::Type::text && reply.elements[1].integer > 0) {
        Directory& directory = context_.services.directory;
        const std::uint64_t now = monotonic_ms();
        const std::uint64_t expires = now + static_cast<std::uint64_t>(reply.elements[1].integer);
        const Directory::Cached cached = directory.cached(key, now);
        // What has come meanwhile is later, and so may be what Redis did not take.
        const bool ours_is_later =
            cached.event != before || (unsaved_.contains(key) && cached.expires_ms >= expires);
        if (!ours_is_later) {
            // Nobody is told: who waits for the channel gets it when it subscribes, and who was
            // there before an outage is not sent an event a second time.
            directory.keep(key, text_frame(reply.elements[0].text), expires,
                           [](ThreadMask, ChannelVersion) {});
        }
    }
    loaded_(key);
}

void ClusterCache::save(const std::string& key, const FramePtr& event) {
    const std::string name = context_.names.cache(key);
    const std::uint64_t ttl = cache_ttl_ms(context_.services.config);
    context_.redis.command(
        name, {"SET", name, std::string(frame_payload(*event)), "PX", std::to_string(ttl)},
        [this, key, save = Save{++last_number_, event, nullptr}](const RedisReply& reply) {
            saved(key, save, reply);
        });
}

void ClusterCache::save_again(const std::string& key, const Save& save) {
    const std::uint64_t now = monotonic_ms();
    const Directory::Cached cached = context_.services.directory.cached(key, now);
    // Else a later one has come since, or its time is over.
    if (cached.event == save.event) {
        context_.redis.script(
            save_again_script(), {context_.names.cache(key)},
            {std::string(frame_payload(*save.event)), std::to_string(cached.expires_ms - now),
             save.earlier == nullptr ? std::string() : std::string(frame_payload(*save.earlier))},
            [this, key, save](const RedisReply& reply) { saved(key, save, reply); });
    }
}

// Not in the order of the calls: of two while a slot moves, the later one is lost at once, and the
// earlier one is sent where the slot is by then, to live longer than the later one has left.
void ClusterCache::saved(const std::string& key, const Save& save, const RedisReply& reply) {
    const auto unsaved = unsaved_.find(key);
    if (unsaved != unsaved_.end() && unsaved->second.number > save.number) {
        if (!reply.failed()) {
            unsaved->second.earlier = save.event;
        }
        return;
    }
    if (!reply.failed()) {
        unsaved_.erase(key);
    } else if (unsaved_.size() < max_unsaved || unsaved != unsaved_.end()) {
        unsaved_.insert_or_assign(key, save);
    }
}

void ClusterCache::save_unsaved() {
    if (round_.empty()) {
        for (const auto& [key, save] : unsaved_) {
            round_.push_back(key);
        }
    }
    std::size_t bytes = 0;
    for (std::size_t saves = 0;
         saves < saves_a_second && bytes < saved_bytes_a_second && !round_.empty(); ++saves) {
        // The answer says whether it is so still.
        if (auto unsaved = unsaved_.extract(round_.back())) {
            bytes += unsaved.mapped().event->size();
            save_again(unsaved.key(), unsaved.mapped());
        }
        round_.pop_back();
    }
}

}  // namespace reverb
