// What this node asks all others, and its answers to theirs. A question ends when every node that
// got it has answered, or after a while with what there is. Owned by the Cluster, used on its
// thread alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "cluster/cluster_context.h"
#include "cluster/envelope.h"
#include "cluster/facts.h"
#include "net/event_loop.h"

namespace reverb {

class Questions {
  public:
    using Answered = std::function<void(FactsPtr)>;
    static constexpr std::chrono::milliseconds patience{500};
    // Redis may count more who got the question than there are nodes: the connection of a machine
    // that lost its power, or somebody who watches. Beyond the nodes that live they have so long.
    static constexpr std::chrono::milliseconds grace{50};

    Questions(const ClusterContext& context, EventLoop& loop) : context_(context), loop_(loop) {}

    // `answered` is called exactly once.
    void ask(const Question& question, Answered answered);
    void received(const envelope::Reply& reply);
    // Somebody else's.
    void received(NodeId from, const envelope::Asked& asked);

  private:
    struct Open {
        Facts facts;
        bool sent = false;       // whether it is known how many nodes got it
        std::int64_t nodes = 0;  // that have not answered; below 0 until that is known
        std::size_t caches = 0;  // cache channels that Redis was asked for
        Answered answered;
        std::uint64_t timer = 0;
        std::uint64_t grace_timer = 0;
        std::uint64_t answers = 0;  // of nodes, whole
    };

    void sent(std::uint64_t number, const RedisReply& reply);
    void fetch(std::uint64_t number, const std::string& app_id, const std::string& channel);
    void finish_unless_missed(std::uint64_t number);
    void finish_when_done(std::uint64_t number);
    void finish(std::uint64_t number);
    [[nodiscard]] Facts facts_here(const Question& question) const;

    const ClusterContext& context_;
    EventLoop& loop_;
    std::map<std::uint64_t, Open> open_;
    std::uint64_t last_ = 0;
};

}  // namespace reverb
