#include "cluster/cluster_presence.h"

#include <utility>
#include <vector>

#include "base/clock.h"
#include "channel/channel_name.h"
#include "pusher/codec.h"

namespace reverb {

namespace {

// Presence in Redis lives for presence_scripts::ttl_ms after the last touch.
constexpr std::uint64_t touch_interval_ms = 30'000;
// Of nodes that Redis, having been emptied, does not know: longer than they wait to connect again.
constexpr std::uint64_t keep_ms = 10'000;

}  // namespace

ClusterPresence::Channel* ClusterPresence::find(std::string_view key) {
    const auto found = channels_.find(key);
    return found == channels_.end() ? nullptr : &found->second;
}

ClusterPresence::Channel* ClusterPresence::find(std::string_view key, std::uint64_t number) {
    Channel* channel = find(key);
    return channel != nullptr && channel->number == number ? channel : nullptr;
}

bool ClusterPresence::up(std::string_view key) const {
    return context_.redis.up(context_.names.bucket(key));
}

presence_scripts::Place ClusterPresence::place(const std::string& key) const {
    return {context_.redis.sharded() ? "SPUBLISH" : "PUBLISH", context_.names.bucket(key), key};
}

Directory::AnnounceUser ClusterPresence::announcement(const std::string& key) const {
    return [this, &key](const Member& user, bool came, ThreadMask threads, ChannelVersion version) {
        const std::string_view channel = channel_of_key(key);
        context_.services.fan_out.post(threads, {key,
                                                 came ? frames::member_added(channel, user)
                                                      : frames::member_removed(channel, user),
                                                 SocketId{}, version});
    };
}

void ClusterPresence::opened(const std::string& key) {
    Channel& channel = channels_[key];
    channel.number = ++last_number_;
    if (unreleased_.erase(key) > 0) {
        stale_.insert(key);
    }
    channel.told = stale_.contains(key);
    touches_.push_back({monotonic_ms() + touch_interval_ms, key, channel.number});
}

void ClusterPresence::closed(const std::string& key) {
    const auto found = channels_.find(key);
    if (!found->second.told) {
        // Of whoever came and went while Redis was away it need not hear.
        stale_.erase(key);
    } else if (!up(key)) {
        // The last one's release was not even sent.
        unreleased_.insert(key);
    }
    buried_.erase(key);
    channels_.erase(found);
}

void ClusterPresence::held(const std::string& key, const MemberPtr& member) {
    Channel* channel = find(key);
    if (channel == nullptr) {
        return;
    }
    if (!up(key)) {
        stale_.insert(key);
        return;
    }
    channel->told = true;
    context_.redis.script(presence_scripts::hold(), {context_.names.presence(key)},
                          presence_scripts::hold_arguments(place(key), context_.self, *member),
                          [this, key](const RedisReply& reply) {
                              if (reply.type == RedisReply::Type::error) {
                                  // Other nodes do not know of a member that was let in.
                                  count(context_.counters.subscriptions_degraded);
                              }
                              stale_if_failed(key, reply);
                          });
}

// The user is gone when this node's change comes back among those of the others, in their order;
// or at once where it will not come.
void ClusterPresence::released(const std::string& key, const MemberPtr& member) {
    if (find(key) == nullptr) {
        return;
    }
    if (!up(key)) {
        stale_.insert(key);
        return context_.services.directory.settle(key, *member, announcement(key));
    }
    context_.redis.script(presence_scripts::release(), {context_.names.presence(key)},
                          presence_scripts::release_arguments(place(key), context_.self, *member),
                          [this, key, member](const RedisReply& reply) {
                              stale_if_failed(key, reply);
                              if (reply.type != RedisReply::Type::integer || reply.integer == 0) {
                                  context_.services.directory.settle(key, *member,
                                                                     announcement(key));
                              }
                          });
}

void ClusterPresence::load(const std::string& key) {
    if (Channel* channel = find(key)) {
        sync(key, *channel);
    }
}

void ClusterPresence::sync(const std::string& key, Channel& channel) {
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

void ClusterPresence::synced(const std::string& key, Channel& channel, const RedisReply& reply) {
    auto snapshot = presence_scripts::read_snapshot(reply);
    if (!snapshot) {
        channel.replica.lost();
        stale_.insert(key);
        return loaded_(key);
    }
    // A hash of another epoch: Redis was emptied, and the other nodes have yet to put theirs there.
    // Until they had the time to, none of their members is said to have gone only to come again.
    const std::uint64_t now = monotonic_ms();
    if (channel.replica.has_other_epoch(*snapshot)) {
        channel.keeps_until_ms = now + keep_ms;
        checks_.push_back({channel.keeps_until_ms, key, channel.number});
    }
    const std::vector<envelope::PresenceChange> kept = channel.replica.begin_at(*snapshot);
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
    for (const envelope::PresenceChange& change : kept) {
        apply(key, channel, change);
    }
    loaded_(key);
}

void ClusterPresence::received(envelope::PresenceChange change) {
    Channel* channel = find(change.key);
    if (channel == nullptr) {
        return;
    }
    if (channel->replica.expecting_snapshot()) {
        channel->replica.keep(std::move(change));
    } else {
        apply(change.key, *channel, change);
    }
}

void ClusterPresence::apply(const std::string& key, Channel& channel,
                            const envelope::PresenceChange& change) {
    switch (channel.replica.judge(change)) {
        case PresenceReplica::Verdict::ignore:
            return;
        case PresenceReplica::Verdict::missed:
            return sync(key, channel);
        case PresenceReplica::Verdict::apply:
            break;
    }
    Directory& directory = context_.services.directory;
    if (change.node == context_.self) {
        if (change.held) {
            return;
        }
        if (directory.here(key, change.member->id)) {
            // It came back, or others took this node for dead.
            buried_.insert(key);
            return;
        }
        directory.settle(key, *change.member, announcement(key));
    } else if (change.held) {
        channel.replica.saw(change.node);
        directory.hold(key, {change.node, change.member}, announcement(key));
    } else {
        directory.release(key, {change.node, change.member}, announcement(key));
    }
}

void ClusterPresence::redis_up() {
    release_all();
}

void ClusterPresence::redis_down() {
    for (const auto& [key, channel] : channels_) {
        // What would have settled it may never come.
        if (!up(key)) {
            context_.services.directory.settle(key, announcement(key));
        }
    }
}

void ClusterPresence::tick(std::uint64_t now_ms) {
    if (context_.redis.up_in_part()) {
        std::erase_if(stale_, [this](const std::string& key) {
            if (find(key) == nullptr) {
                unreleased_.insert(key);
                return true;
            }
            return try_load(key);
        });
        if (context_.redis.up(context_.names.nodes())) {
            std::erase_if(buried_, [this](const std::string& key) { return try_load(key); });
        }
        release_all();
    }
    while (!checks_.empty() && checks_.front().at_ms <= now_ms) {
        const Due due = std::move(checks_.front());
        checks_.pop_front();
        Channel* channel = find(due.key, due.channel);
        if (channel != nullptr && up(due.key)) {
            sync(due.key, *channel);
        }
    }
    while (!touches_.empty() && touches_.front().at_ms <= now_ms) {
        Due due = std::move(touches_.front());
        touches_.pop_front();
        if (find(due.key, due.channel) != nullptr) {
            touch(due);
            due.at_ms = now_ms + touch_interval_ms;
            touches_.push_back(std::move(due));
        }
    }
}

bool ClusterPresence::try_load(const std::string& key) {
    if (!up(key)) {
        return false;
    }
    load(key);
    return true;
}

void ClusterPresence::touch(const Due& due) {
    const std::string name = context_.names.presence(due.key);
    context_.redis.command(name, {"PEXPIRE", name, std::to_string(presence_scripts::ttl_ms)},
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
void ClusterPresence::release_all() {
    std::erase_if(unreleased_, [this](const std::string& key) {
        if (!up(key)) {
            return false;
        }
        context_.redis.script(
            presence_scripts::drop(), {context_.names.presence(key)},
            presence_scripts::drop_arguments(place(key), context_.self),
            [this, key](const RedisReply& reply) { stale_if_failed(key, reply); });
        return true;
    });
}

void ClusterPresence::stale_if_failed(const std::string& key, const RedisReply& reply) {
    if (!reply.failed()) {
        return;
    }
    stale_.insert(key);
    // It may have been said for an earlier channel of that name.
    if (Channel* channel = find(key)) {
        channel->told = true;
    }
}

void ClusterPresence::restore() {
    for (auto& [key, channel] : channels_) {
        sync(key, channel);
    }
}

std::set<NodeId> ClusterPresence::nodes() const {
    std::set<NodeId> all;
    for (const auto& [key, channel] : channels_) {
        all.insert(channel.replica.nodes().begin(), channel.replica.nodes().end());
    }
    return all;
}

void ClusterPresence::drop(NodeId dead) {
    for (auto& [key, channel] : channels_) {
        if (channel.replica.forget(dead)) {
            context_.redis.script(
                presence_scripts::drop(), {context_.names.presence(key)},
                presence_scripts::drop_arguments(place(key), dead),
                [this, name = key](const RedisReply& reply) { stale_if_failed(name, reply); });
        }
    }
}

}  // namespace reverb
