// The nodes of the cluster: tells Redis regularly that this one lives, hears which others do, and
// finds those that died. Where connections are counted over the cluster, nodes also tell each other
// how many they have. Of a Redis Cluster it needs the masters of its own two names alone: a node
// that misses another one lives all the same. Owned by the Cluster, used on its thread;
// connections_elsewhere() on any.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "base/string_hash.h"
#include "cluster/cluster_context.h"
#include "cluster/envelope.h"

namespace reverb {

class Membership {
  public:
    static constexpr std::uint64_t beat_interval_ms = 5'000;
    // Who said nothing for so long is suspected to be dead …
    static constexpr std::uint64_t dead_after_ms = 15'000;
    // … and is so when it has been suspected for so long: longer than nodes wait between attempts
    // to connect, so that after an outage of Redis the first to be back does not bury the others.
    static constexpr std::uint64_t suspected_for_ms = 8'000;
    // How late the others may hear of a change in the number of connections.
    static constexpr std::uint64_t load_interval_ms = 100;

    struct Events {
        std::function<std::set<NodeId>()> seen;  // nodes that have members on channels here
        std::function<void(NodeId)> died;
        std::function<void()> redis_emptied;  // what nodes had put there is gone
    };

    Membership(const ClusterContext& context, Events events)
        : context_(context), events_(std::move(events)) {}

    // Redis is there, again or for the first time: the others hear of this node at once.
    void begin();
    // Every second: begins also where Redis is there only in part.
    void tick();
    // Every beat_interval_ms.
    void beat();
    // Every load_interval_ms: tells the others how many connections the applications have here,
    // where that has changed; all of it where a node was heard of that may not know any yet.
    void tell_load(bool whole);
    void received(NodeId from, const envelope::Load& load);
    // The last thing a node does.
    void leave();

    // Any thread: connections of the application on other nodes, as far as is known. 0 where nobody
    // has told for so long that the nodes may be dead.
    [[nodiscard]] std::uint64_t connections_elsewhere(std::string_view app_id) const;

  private:
    void ask_who_lives();
    void answered(const RedisReply& reply);
    void forget_loads();

    const ClusterContext& context_;
    Events events_;
    bool known_ = false;  // whether Redis has heard of this node
    std::set<NodeId> alive_;
    std::atomic<std::uint64_t> answered_ms_{0};  // when Redis last told who lives
    // Not alive at the last beat, though they have members; since when, on the monotonic clock.
    std::map<NodeId, std::uint64_t> suspects_;

    bool reachable_ = false;         // whether Redis, where it has the nodes, was at the last tick
    StringMap<std::uint64_t> told_;  // by application
    bool owed_ = false;              // to a node that was not known
    mutable std::mutex mutex_;       // guards loads_
    std::map<NodeId, StringMap<std::uint64_t>> loads_;
};

}  // namespace reverb
