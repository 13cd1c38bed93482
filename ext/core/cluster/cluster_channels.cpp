#include "cluster/cluster_channels.h"

#include <utility>

#include "base/clock.h"
#include "base/json.h"

namespace reverb {

ClusterChannels::ClusterChannels(const ClusterContext& context)
    : context_(context),
      presence_(context, [this](const std::string& key) { loaded(key, &Channel::members_wanted); }),
      cache_(context, [this](const std::string& key) { loaded(key, &Channel::event_wanted); }) {
}

ClusterChannels::Channel* ClusterChannels::find(std::string_view key) {
    const auto found = channels_.find(key);
    return found == channels_.end() ? nullptr : &found->second;
}

void ClusterChannels::opened(const std::string& key) {
    Channel& channel = channels_[key];
    channel.bucket = context_.names.bucket(key);
    channel.kind = channel_kind(channel_of_key(key));
    if (channel.kind.presence) {
        presence_.opened(key);
    }
    const auto [entry, added] = buckets_.try_emplace(channel.bucket);
    entry->second.keys.insert(key);
    if (added) {
        context_.redis.subscribe(channel.bucket);
    }
    if (entry->second.loaded) {
        load(key, channel);
    } else if (context_.buckets.down()) {
        set_ready(key, channel);
    }
}

void ClusterChannels::closed(const std::string& key) {
    const auto found = channels_.find(key);
    if (found == channels_.end()) {
        return;
    }
    if (const auto bucket = buckets_.find(found->second.bucket); bucket != buckets_.end()) {
        bucket->second.keys.erase(key);
    }
    if (found->second.kind.presence) {
        presence_.closed(key);
    }
    if (found->second.kind.cache) {
        cache_.closed(key);
    }
    channels_.erase(found);
}

void ClusterChannels::subscribed(const std::string& bucket) {
    const auto found = buckets_.find(bucket);
    if (found == buckets_.end()) {
        return;
    }
    found->second.confirmed = true;
    found->second.loaded = false;
    context_.buckets.confirm(bucket, true);
    load(bucket, found->second);
}

// Whoever subscribes from now on waits until it is confirmed anew, also for what is being loaded.
void ClusterChannels::unsubscribed(const std::string& bucket) {
    const auto found = buckets_.find(bucket);
    if (found == buckets_.end()) {
        return;
    }
    found->second.confirmed = found->second.loaded = false;
    context_.buckets.confirm(bucket, false);
    for (const std::string& key : found->second.keys) {
        Channel& channel = *find(key);
        channel.members_wanted = channel.event_wanted = false;
    }
}

void ClusterChannels::redis_up() {
    load_all();
    presence_.redis_up();
    cache_.save_unsaved();
}

void ClusterChannels::load_all() {
    for (auto& [name, bucket] : buckets_) {
        if (!bucket.confirmed && context_.redis.up(name)) {
            // Its slot had no master for a while; the subscription may have outlived that.
            context_.redis.subscribe(name);
        }
        load(name, bucket);
    }
}

void ClusterChannels::redis_down() {
    for (auto& [name, bucket] : buckets_) {
        if (!context_.redis.up(name)) {
            bucket.confirmed = bucket.loaded = false;
            context_.buckets.confirm(name, false);
        }
    }
    presence_.redis_down();
    for (auto& [key, channel] : channels_) {
        set_ready(key, channel);
    }
}

void ClusterChannels::load(const std::string& name, Bucket& bucket) {
    if (bucket.loaded || !bucket.confirmed || !context_.redis.up(name)) {
        return;
    }
    bucket.loaded = true;
    for (const std::string& key : bucket.keys) {
        load(key, *find(key));
    }
}

void ClusterChannels::load(const std::string& key, Channel& channel) {
    channel.members_wanted = channel.kind.presence;
    channel.event_wanted = channel.kind.cache;
    if (channel.kind.presence) {
        presence_.load(key);
    }
    if (channel.kind.cache) {
        cache_.load(key);
    }
    if (!channel.kind.presence && !channel.kind.cache) {
        set_ready(key, channel);
    }
}

void ClusterChannels::loaded(const std::string& key, bool Channel::*wanted) {
    Channel* channel = find(key);
    // Members are read also at other times than when the channel is loaded.
    if (channel != nullptr && std::exchange(channel->*wanted, false) && !channel->members_wanted &&
        !channel->event_wanted) {
        set_ready(key, *channel);
    }
}

void ClusterChannels::set_ready(const std::string& key, Channel& channel) {
    if (!std::exchange(channel.ready, true)) {
        context_.ready(context_.services.directory.ready(key), key);
    }
}

void ClusterChannels::publish(const std::string& key, const FramePtr& frame, SocketId except) {
    if (channel_kind(channel_of_key(key)).cache) {
        cache_.save(key, frame);
    }
    context_.redis.publish(context_.names.bucket(key),
                           envelope::event(context_.self, key, except, frame_payload(*frame)));
}

void ClusterChannels::received(const envelope::Event& event) {
    const Channel* channel = find(event.key);
    if (channel == nullptr) {
        return;
    }
    // Whoever may publish in Redis may have sent it.
    if (event.message.size() > context_.services.config.outbox_limit ||
        !valid_utf8(event.message)) {
        return count(context_.counters.unreadable);
    }
    if (context_.services.fan_out.overloaded()) {
        return count(context_.counters.dropped);
    }
    if (channel->kind.cache) {
        cache_.received(event.key);
    }
    context_.services.fan_out.publish(event.key, text_frame(event.message), event.except,
                                      monotonic_ms() + cache_ttl_ms(context_.services.config));
}

void ClusterChannels::tick(std::uint64_t now_ms) {
    for (const std::string& bucket : context_.buckets.take_idle()) {
        buckets_.erase(bucket);
        context_.redis.unsubscribe(bucket);
    }
    presence_.tick(now_ms);
    if (context_.redis.up()) {
        cache_.save_unsaved();
    } else if (context_.redis.up_in_part()) {
        // Nobody says which of the masters are back while another one is not.
        load_all();
    }
}

}  // namespace reverb
