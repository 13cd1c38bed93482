#include "cluster/cluster_channels.h"

#include <utility>

#include "base/clock.h"
#include "base/json.h"
#include "pusher/codec.h"

namespace reverb {

namespace {

// Presence in Redis lives for presence_scripts::ttl_ms after the last touch.
constexpr std::uint64_t touch_interval_ms = 30'000;
// Of nodes that Redis, having been emptied, does not know: longer than they wait to connect again.
constexpr std::uint64_t keep_ms = 10'000;
constexpr std::size_t max_unsaved = 10'000;

// What the channel holds and for how many milliseconds still.
const RedisScript& fetch_script() {
    static const RedisScript script(
        "return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}");
    return script;
}

}  // namespace

ClusterChannels::Channel* ClusterChannels::find(std::string_view key) {
    const auto found = channels_.find(key);
    return found == channels_.end() ? nullptr : &found->second;
}

ClusterChannels::Channel* ClusterChannels::find(std::string_view key, std::uint64_t number) {
    Channel* channel = find(key);
    return channel != nullptr && channel->number == number ? channel : nullptr;
}

void ClusterChannels::opened(const std::string& key) {
    Channel& channel = channels_[key];
    channel.bucket = context_.names.bucket(key);
    channel.kind = channel_kind(channel_of_key(key));
    channel.number = ++last_number_;
    channel.told = unreleased_.erase(key) > 0 || stale_.contains(key);
    const auto [entry, added] = buckets_.try_emplace(channel.bucket);
    entry->second.keys.insert(key);
    if (added) {
        context_.redis.subscribe(channel.bucket);
    }
    if (channel.kind.presence) {
        touches_.push_back({monotonic_ms() + touch_interval_ms, key, channel.number});
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
    // The last one's release was not even sent.
    if (found->second.told && !context_.redis.up(found->second.bucket)) {
        unreleased_.insert(key);
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

void ClusterChannels::redis_up() {
    for (auto& [name, bucket] : buckets_) {
        load(name, bucket);
    }
    release_all();
    for (const std::string& key : std::exchange(unsaved_, {})) {
        save_again(key);
    }
}

void ClusterChannels::redis_down() {
    for (auto& [name, bucket] : buckets_) {
        if (!context_.redis.up(name)) {
            bucket.confirmed = bucket.loaded = false;
            context_.buckets.confirm(name, false);
        }
    }
    for (auto& [key, channel] : channels_) {
        // What would have settled it may never come.
        if (channel.kind.presence && !context_.redis.up(channel.bucket)) {
            context_.services.directory.settle(key, announcement(key));
        }
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
    // First what Redis does not know yet: it would answer with what was before.
    if (unsaved_.erase(key) > 0) {
        save_again(key);
    }
    if (channel.kind.presence) {
        sync(key, channel);
    }
    if (channel.kind.cache) {
        fetch(key, channel);
    }
    if (!channel.kind.presence && !channel.kind.cache) {
        set_ready(key, channel);
    }
}

void ClusterChannels::save_again(const std::string& key) {
    if (const FramePtr event = context_.services.directory.cached(key, monotonic_ms())) {
        save(key, frame_payload(*event));
    }
}

void ClusterChannels::set_ready(const std::string& key, Channel& channel) {
    if (!std::exchange(channel.ready, true)) {
        context_.ready(context_.services.directory.ready(key), key);
    }
}

presence_scripts::Place ClusterChannels::place(const std::string& key) const {
    return {context_.redis.sharded() ? "SPUBLISH" : "PUBLISH", context_.names.bucket(key), key};
}

Directory::AnnounceUser ClusterChannels::announcement(const std::string& key) const {
    return [this, &key](const Member& user, bool came, ThreadMask threads, ChannelVersion version) {
        const std::string_view channel = channel_of_key(key);
        context_.services.fan_out.post(threads, {key,
                                                 came ? frames::member_added(channel, user)
                                                      : frames::member_removed(channel, user),
                                                 SocketId{}, version});
    };
}

void ClusterChannels::held(const std::string& key, const MemberPtr& member) {
    Channel* channel = find(key);
    // What Redis is not told now it is told when the bucket is confirmed.
    if (channel == nullptr || !context_.redis.up(channel->bucket)) {
        return;
    }
    channel->told = true;
    context_.redis.script(presence_scripts::hold(), {context_.names.presence(key)},
                          presence_scripts::hold_arguments(place(key), context_.self, *member),
                          [this, key](const RedisReply& reply) {
                              if (reply.failed()) {
                                  stale_.insert(key);
                              }
                          });
}

// The user is gone when this node's change comes back among those of the others, in their order;
// or at once where it will not come.
void ClusterChannels::released(const std::string& key, const MemberPtr& member) {
    Channel* channel = find(key);
    if (channel == nullptr) {
        return;
    }
    if (!context_.redis.up(channel->bucket)) {
        return context_.services.directory.settle(key, *member, announcement(key));
    }
    context_.redis.script(presence_scripts::release(), {context_.names.presence(key)},
                          presence_scripts::release_arguments(place(key), context_.self, *member),
                          [this, key, member](const RedisReply& reply) {
                              if (reply.failed()) {
                                  stale_.insert(key);
                              }
                              if (reply.type != RedisReply::Type::integer || reply.integer == 0) {
                                  context_.services.directory.settle(key, *member,
                                                                     announcement(key));
                              }
                          });
}

void ClusterChannels::sync(const std::string& key, Channel& channel) {
    if (channel.replica.expecting_snapshot()) {
        return;
    }
    channel.replica.expect_snapshot();
    channel.told = true;
    context_.redis.script(
        presence_scripts::sync(), {context_.names.presence(key)},
        presence_scripts::sync_arguments(place(key), context_.self,
                                         context_.services.directory.members_here(key)),
        [this, key, number = channel.number](const RedisReply& reply) {
            if (Channel* asked = find(key, number)) {
                synced(key, *asked, reply);
            }
        });
}

void ClusterChannels::synced(const std::string& key, Channel& channel, const RedisReply& reply) {
    auto snapshot = presence_scripts::read_snapshot(reply);
    if (!snapshot) {
        channel.replica.lost();
        stale_.insert(key);
        return set_ready(key, channel);
    }
    // A hash of another epoch: Redis was emptied, and the other nodes have yet to put theirs there.
    // Until they had the time to, none of their members is said to have gone only to come again.
    const std::uint64_t now = monotonic_ms();
    if (channel.replica.has_other_epoch(*snapshot)) {
        channel.keeps_until_ms = now + keep_ms;
        checks_.push_back({channel.keeps_until_ms, key, channel.number});
    }
    const std::vector<envelope::Message> kept = channel.replica.begin_at(*snapshot);
    std::erase_if(snapshot->holdings,
                  [this](const Holding& holding) { return holding.node == context_.self; });
    Directory& directory = context_.services.directory;
    if (now < channel.keeps_until_ms) {
        for (const Holding& holding : snapshot->holdings) {
            directory.hold(key, holding, announcement(key));
        }
    } else {
        directory.replace(key, snapshot->holdings, announcement(key));
    }
    for (const envelope::Message& message : kept) {
        change(key, channel, message);
    }
    if (!channel.cache_wanted) {
        set_ready(key, channel);
    }
}

void ClusterChannels::received(envelope::Message message) {
    const std::string key = std::get<envelope::PresenceChange>(message.content).key;
    Channel* channel = find(key);
    if (channel == nullptr) {
        return;
    }
    if (channel->replica.expecting_snapshot()) {
        channel->replica.keep(std::move(message));
    } else {
        change(key, *channel, message);
    }
}

void ClusterChannels::change(const std::string& key, Channel& channel,
                             const envelope::Message& message) {
    const auto& change = std::get<envelope::PresenceChange>(message.content);
    switch (channel.replica.judge(change)) {
        case PresenceReplica::Verdict::ignore:
            return;
        case PresenceReplica::Verdict::missed:
            return sync(key, channel);
        case PresenceReplica::Verdict::apply:
            break;
    }
    Directory& directory = context_.services.directory;
    if (message.from == context_.self) {
        if (change.held) {
            return;
        }
        if (directory.here(key, change.member->id)) {
            // It came back, or others took this node for dead.
            return sync(key, channel);
        }
        directory.settle(key, *change.member, announcement(key));
    } else if (change.held) {
        channel.replica.saw(message.from);
        directory.hold(key, {message.from, change.member}, announcement(key));
    } else {
        directory.release(key, {message.from, change.member}, announcement(key));
    }
}

void ClusterChannels::fetch(const std::string& key, Channel& channel) {
    channel.cache_wanted = true;
    FramePtr before = context_.services.directory.cached(key, monotonic_ms());
    context_.redis.script(
        fetch_script(), {context_.names.cache(key)}, {},
        [this, key, number = channel.number, before = std::move(before)](const RedisReply& reply) {
            if (Channel* asked = find(key, number)) {
                fetched(key, *asked, before, reply);
            }
        });
}

void ClusterChannels::fetched(const std::string& key, Channel& channel, const FramePtr& before,
                              const RedisReply& reply) {
    Directory& directory = context_.services.directory;
    // An event that has come in the meantime is the later one.
    const bool wanted = std::exchange(channel.cache_wanted, false) &&
                        directory.cached(key, monotonic_ms()) == before;
    if (wanted && reply.type == RedisReply::Type::array && reply.elements.size() == 2 &&
        reply.elements[0].type == RedisReply::Type::text && reply.elements[1].integer > 0) {
        // Nobody is told: who waits for the channel gets it when it subscribes, and who was there
        // before an outage is not sent an event a second time.
        directory.keep(key, text_frame(reply.elements[0].text),
                       monotonic_ms() + static_cast<std::uint64_t>(reply.elements[1].integer),
                       [](ThreadMask, ChannelVersion) {});
    }
    if (!channel.replica.expecting_snapshot()) {
        set_ready(key, channel);
    }
}

void ClusterChannels::save(const std::string& key, std::string_view message) {
    const std::uint64_t ttl = cache_ttl_ms(context_.services.config);
    std::string name = context_.names.cache(key);
    const std::string where = name;
    context_.redis.command(
        where, {"SET", std::move(name), std::string(message), "PX", std::to_string(ttl)},
        [this, key](const RedisReply& reply) {
            if (reply.failed() && unsaved_.size() < max_unsaved) {
                unsaved_.insert(key);
            }
        });
}

void ClusterChannels::publish(const std::string& key, const FramePtr& frame, SocketId except) {
    const std::string_view message = frame_payload(*frame);
    if (channel_kind(channel_of_key(key)).cache) {
        save(key, message);
        if (Channel* channel = find(key)) {
            channel->cache_wanted = false;
        }
    }
    context_.redis.publish(context_.names.bucket(key),
                           envelope::event(context_.self, key, except, message));
}

void ClusterChannels::received(const envelope::Event& event) {
    Channel* channel = find(event.key);
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
    channel->cache_wanted = false;
    context_.services.fan_out.publish(event.key, text_frame(event.message), event.except,
                                      monotonic_ms() + cache_ttl_ms(context_.services.config));
}

void ClusterChannels::tick(std::uint64_t now_ms) {
    for (const std::string& bucket : context_.buckets.take_idle()) {
        buckets_.erase(bucket);
        context_.redis.unsubscribe(bucket);
    }
    for (const std::string& key : std::exchange(stale_, {})) {
        if (Channel* channel = find(key); channel == nullptr) {
            unreleased_.insert(key);
        } else if (context_.redis.up(channel->bucket)) {
            sync(key, *channel);
        }
    }
    release_all();
    while (!checks_.empty() && checks_.front().at_ms <= now_ms) {
        const Due due = std::move(checks_.front());
        checks_.pop_front();
        Channel* channel = find(due.key, due.channel);
        if (channel != nullptr && context_.redis.up(channel->bucket)) {
            sync(due.key, *channel);
        }
    }
    while (!touches_.empty() && touches_.front().at_ms <= now_ms) {
        const Due due = std::move(touches_.front());
        touches_.pop_front();
        if (find(due.key, due.channel) != nullptr) {
            touch(due);
            touches_.push_back({now_ms + touch_interval_ms, due.key, due.channel});
        }
    }
}

void ClusterChannels::touch(const Due& due) {
    std::string name = context_.names.presence(due.key);
    const std::string where = name;
    context_.redis.command(where,
                           {"PEXPIRE", std::move(name), std::to_string(presence_scripts::ttl_ms)},
                           [this, due](const RedisReply& reply) {
                               // The hash is gone, and with it who is here.
                               if (reply.type == RedisReply::Type::integer && reply.integer == 0) {
                                   if (Channel* channel = find(due.key, due.channel)) {
                                       sync(due.key, *channel);
                                   }
                               }
                           });
}

// Says what could not be said when the channel was closed.
void ClusterChannels::release_all() {
    for (const std::string& key : std::exchange(unreleased_, {})) {
        if (!context_.redis.up(context_.names.bucket(key))) {
            unreleased_.insert(key);
            continue;
        }
        context_.redis.script(presence_scripts::drop(), {context_.names.presence(key)},
                              presence_scripts::drop_arguments(place(key), context_.self),
                              [this, key](const RedisReply& reply) {
                                  if (!reply.failed()) {
                                      return;
                                  }
                                  if (Channel* channel = find(key)) {
                                      channel->told = true;
                                  } else {
                                      unreleased_.insert(key);
                                  }
                              });
    }
}

void ClusterChannels::restore() {
    for (auto& [key, channel] : channels_) {
        if (channel.kind.presence) {
            sync(key, channel);
        }
    }
}

std::set<NodeId> ClusterChannels::nodes() const {
    std::set<NodeId> all;
    for (const auto& [key, channel] : channels_) {
        all.insert(channel.replica.nodes().begin(), channel.replica.nodes().end());
    }
    return all;
}

void ClusterChannels::drop(NodeId dead) {
    for (auto& [key, channel] : channels_) {
        if (channel.replica.forget(dead)) {
            context_.redis.script(presence_scripts::drop(), {context_.names.presence(key)},
                                  presence_scripts::drop_arguments(place(key), dead),
                                  [this, name = key](const RedisReply& reply) {
                                      if (reply.failed()) {
                                          stale_.insert(name);
                                      }
                                  });
        }
    }
}

}  // namespace reverb
