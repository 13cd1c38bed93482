// The members of this node's presence channels, kept equal with those in Redis: tells Redis whom
// this node has, and the directory whom the others have. Owned by ClusterChannels, used on the
// cluster's thread alone.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "base/string_hash.h"
#include "cluster/cluster_context.h"
#include "cluster/envelope.h"
#include "cluster/presence_replica.h"

namespace reverb {

class ClusterPresence {
  public:
    // The members of a channel are known, or cannot be had.
    using Loaded = std::function<void(const std::string& key)>;

    ClusterPresence(const ClusterContext& context, Loaded loaded)
        : context_(context), loaded_(std::move(loaded)) {}

    // What the directory says, see ClusterLink; of presence channels only.
    void opened(const std::string& key);
    void closed(const std::string& key);
    void held(const std::string& key, const MemberPtr& member);
    void released(const std::string& key, const MemberPtr& member);

    // Redis is told whom this node has, and asked for all.
    void load(const std::string& key);
    // What another node, or this one, has changed.
    void received(envelope::PresenceChange change);

    void redis_up();
    void redis_down();
    // Every second: what is due.
    void tick(std::uint64_t now_ms);
    // Redis has lost what it held: puts there again what this node has.
    void restore();
    // The nodes that have members on channels of this one, and what to do when one died.
    [[nodiscard]] std::set<NodeId> nodes() const;
    void drop(NodeId dead);

  private:
    struct Channel {
        std::uint64_t number = 0;  // tells it from one of the same name that was before
        bool told = false;         // Redis was given members of this node, and may have them still
        PresenceReplica replica;
        std::uint64_t keeps_until_ms = 0;  // whom Redis does not know; see synced()
    };
    // What is to be done later, unless the channel was closed meanwhile.
    struct Due {
        std::uint64_t at_ms;
        std::string key;
        std::uint64_t channel;
    };

    [[nodiscard]] Channel* find(std::string_view key);
    [[nodiscard]] Channel* find(std::string_view key, std::uint64_t number);
    [[nodiscard]] bool up(std::string_view key) const;
    void sync(const std::string& key, Channel& channel);
    void synced(const std::string& key, Channel& channel, const RedisReply& reply);
    void apply(const std::string& key, Channel& channel, const envelope::PresenceChange& change);
    // Loads it, unless that cannot be done now.
    [[nodiscard]] bool try_load(const std::string& key);
    void touch(const Due& due);
    void release_all();
    void stale_if_failed(const std::string& key, const RedisReply& reply);
    [[nodiscard]] presence_scripts::Place place(const std::string& key) const;
    [[nodiscard]] Directory::AnnounceUser announcement(const std::string& key) const;

    const ClusterContext& context_;
    Loaded loaded_;
    StringMap<Channel> channels_;
    std::uint64_t last_number_ = 0;
    std::deque<Due> touches_;  // of all channels, by time
    std::deque<Due> checks_;   // of those that keep whom Redis does not know
    // Redis does not know, or may not, whom this node has there: told, and read, again.
    std::unordered_set<std::string> stale_;
    // Others took this node for dead, and have told Redis so: told otherwise when this node is
    // known to live, else they would do it again and again.
    std::unordered_set<std::string> buried_;
    // Closed before Redis had confirmed that this node has nobody there.
    std::unordered_set<std::string> unreleased_;
};

}  // namespace reverb
