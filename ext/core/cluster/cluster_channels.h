// The channels of this node as Redis knows them: subscribes to their buckets, keeps the members of
// presence channels and what cache channels hold equal with Redis, passes events on both ways.
// Owned by the Cluster, used on its thread alone.
#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/frame.h"
#include "base/string_hash.h"
#include "channel/channel_name.h"
#include "cluster/cluster_context.h"
#include "cluster/envelope.h"
#include "cluster/presence_replica.h"

namespace reverb {

class ClusterChannels {
  public:
    explicit ClusterChannels(const ClusterContext& context) : context_(context) {}

    // What the directory says, see ClusterLink.
    void opened(const std::string& key);
    void closed(const std::string& key);
    void held(const std::string& key, const MemberPtr& member);
    void released(const std::string& key, const MemberPtr& member);

    // An event of this node's, and one of another's.
    void publish(const std::string& key, const FramePtr& frame, SocketId except);
    void received(const envelope::Event& event);
    void received(envelope::Message message);  // a change of presence

    // What Redis says, see Redis::Listener.
    void subscribed(const std::string& bucket);
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
        std::string bucket;
        ChannelKind kind;
        std::uint64_t number = 0;  // tells it from one of the same name that was before
        bool ready = false;
        bool told = false;  // Redis was given members of this node, and may have them still
        bool cache_wanted =
            false;  // Redis was asked what the channel holds, and nothing came since
        PresenceReplica replica;
        std::uint64_t keeps_until_ms = 0;  // whom Redis does not know; see synced()
    };
    struct Bucket {
        bool confirmed = false;
        bool loaded = false;  // its channels were read since it was confirmed
        std::unordered_set<std::string> keys;
    };
    // What is to be done later, unless the channel was closed meanwhile.
    struct Due {
        std::uint64_t at_ms;
        std::string key;
        std::uint64_t channel;
    };

    [[nodiscard]] Channel* find(std::string_view key);
    [[nodiscard]] Channel* find(std::string_view key, std::uint64_t number);
    void load(const std::string& name, Bucket& bucket);
    void load(const std::string& key, Channel& channel);
    void set_ready(const std::string& key, Channel& channel);
    void sync(const std::string& key, Channel& channel);
    void synced(const std::string& key, Channel& channel, const RedisReply& reply);
    void change(const std::string& key, Channel& channel, const envelope::Message& message);
    void fetch(const std::string& key, Channel& channel);
    void fetched(const std::string& key, Channel& channel, const FramePtr& before,
                 const RedisReply& reply);
    void save(const std::string& key, std::string_view message);
    void save_again(const std::string& key);
    void touch(const Due& due);
    void release_all();
    [[nodiscard]] presence_scripts::Place place(const std::string& key) const;
    [[nodiscard]] Directory::AnnounceUser announcement(const std::string& key) const;

    const ClusterContext& context_;
    StringMap<Channel> channels_;
    StringMap<Bucket> buckets_;
    std::uint64_t last_number_ = 0;
    std::deque<Due> touches_;                // of presence channels, by time
    std::deque<Due> checks_;                 // of those that keep whom Redis does not know
    std::unordered_set<std::string> stale_;  // presence channels to be read again
    // Presence channels that were closed before Redis had confirmed that this node has nobody
    // there.
    std::unordered_set<std::string> unreleased_;
    std::unordered_set<std::string> unsaved_;  // cache channels whose event Redis does not have
};

}  // namespace reverb
