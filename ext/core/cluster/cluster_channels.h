// The channels of this node as Redis knows them: subscribes to their buckets, has their members and
// what they hold loaded, and passes events on both ways. Owned by the Cluster, used on its thread
// alone.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/frame.h"
#include "base/string_hash.h"
#include "channel/channel_name.h"
#include "cluster/cluster_cache.h"
#include "cluster/cluster_context.h"
#include "cluster/cluster_presence.h"
#include "cluster/envelope.h"

namespace reverb {

class ClusterChannels {
  public:
    explicit ClusterChannels(const ClusterContext& context);

    // What the directory says, see ClusterLink.
    void opened(const std::string& key);
    void closed(const std::string& key);
    void held(const std::string& key, const MemberPtr& member) { presence_.held(key, member); }
    void released(const std::string& key, const MemberPtr& member) {
        presence_.released(key, member);
    }

    // An event of this node's, and what comes from the others.
    void publish(const std::string& key, const FramePtr& frame, SocketId except);
    void received(const envelope::Event& event);
    void received(envelope::PresenceChange change) { presence_.received(std::move(change)); }

    // What Redis says, see Redis::Listener.
    void subscribed(const std::string& bucket);
    void unsubscribed(const std::string& bucket);
    void redis_up();
    void redis_down();

    // Every second: what is due.
    void tick(std::uint64_t now_ms);
    // Redis has lost what it held: puts there again what this node has.
    void restore() { presence_.restore(); }
    // The nodes that have members on channels of this one, and what to do when one died.
    [[nodiscard]] std::set<NodeId> nodes() const { return presence_.nodes(); }
    void drop(NodeId dead) { presence_.drop(dead); }

  private:
    struct Channel {
        std::string bucket;
        ChannelKind kind;
        bool ready = false;
        // What is being loaded.
        bool members_wanted = false;
        bool event_wanted = false;
    };
    struct Bucket {
        bool confirmed = false;
        bool loaded = false;  // its channels were read since it was confirmed
        std::unordered_set<std::string> keys;
    };

    [[nodiscard]] Channel* find(std::string_view key);
    void load_all();
    void load(const std::string& name, Bucket& bucket);
    void load(const std::string& key, Channel& channel);
    void loaded(const std::string& key, bool Channel::*wanted);
    void set_ready(const std::string& key, Channel& channel);

    const ClusterContext& context_;
    StringMap<Channel> channels_;
    StringMap<Bucket> buckets_;
    ClusterPresence presence_;
    ClusterCache cache_;
};

}  // namespace reverb
