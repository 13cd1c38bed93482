// This node's part in a cluster of servers that share a Redis: has a thread of its own for it.
// Local delivery never waits for it. Owned by the Server, which outlives no thread that uses it;
// all methods may be called on any thread but start() and stop(), which are the Server's.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/frame.h"
#include "base/node_id.h"
#include "base/socket_id.h"
#include "channel/cluster_link.h"
#include "channel/directory.h"
#include "cluster/facts.h"

namespace reverb {

struct Services;

// What the status of the server tells of its cluster.
struct ClusterStats {
    NodeId node;
    bool up = false;
    std::string why;                 // Redis is not up, a sentence; empty where it is
    std::uint64_t nodes = 0;         // alive, this one included
    std::uint64_t published = 0;     // since the start, like all that follow
    std::uint64_t received = 0;      // messages of other nodes and publishers
    std::uint64_t dropped = 0;       // events that found no room in a queue
    std::uint64_t unconfirmed = 0;   // events whose outcome is unknown
    std::uint64_t unreadable = 0;    // messages that are none, or of another version
    std::uint64_t reconnects = 0;    // of Redis
    std::uint64_t errors = 0;        // that Redis answered
    std::uint64_t queued_bytes = 0;  // now, on the way to Redis
    // Made when Redis, and so the other nodes, did not hear of them.
    std::uint64_t subscriptions_degraded = 0;
    std::uint64_t questions_incomplete = 0;  // that some node did not answer in time
};

class Cluster final : public ClusterLink {
  public:
    // Whoever subscribes to a channel waits that long for Redis.
    static constexpr std::uint64_t subscription_patience_ms = 1'000;
    // What is asked of the other nodes is answered in less.
    static constexpr std::chrono::milliseconds answer_patience{600};
    using Answered = std::function<void(FactsPtr)>;
    using Ready = std::function<void(ThreadMask threads, const std::string& key)>;

    // `ready` is called on the cluster's thread where a channel can be subscribed to now, with the
    // I/O threads that wait for that. Throws ConfigError for settings of Redis that cannot be used.
    Cluster(Services& services, Ready ready);
    // Stops.
    ~Cluster() override;
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    void start();
    // When the I/O threads have ended: says goodbye, for at most a second. Idempotent.
    void stop();

    // An event of this node, to the others.
    void publish(const std::string& key, const FramePtr& frame, SocketId except);
    // Closes the connections of a user on the other nodes.
    void terminate(const std::string& app_id, const std::string& user_id);
    // What the other nodes say, within half a second; `answered` is called once, on the cluster's
    // thread.
    void ask(Question question, Answered answered);

    // Connections of the application on other nodes, where they are counted over the cluster; else
    // 0.
    [[nodiscard]] std::uint64_t connections_elsewhere(std::string_view app_id) const;
    [[nodiscard]] bool up() const noexcept;
    // A subscription was made that had not waited for Redis, or not long enough.
    void subscribed_degraded() noexcept;
    [[nodiscard]] ClusterStats stats() const;

    // ClusterLink
    bool opened(std::string_view key) override;
    void closed(std::string_view key) override;
    void held(std::string_view key, const MemberPtr& member) override;
    bool released(std::string_view key, const MemberPtr& member) override;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace reverb
