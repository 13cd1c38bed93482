// Learns which master of a Redis Cluster has which slot: from an endpoint that is up, else from any
// node that it knows of, over a connection for that. Owned by a RedisSharded, on the cluster's
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cluster/back_off.h"
#include "cluster/redis_context.h"
#include "cluster/redis_question.h"
#include "cluster/slot_map.h"
#include "net/client_address.h"
#include "net/loop_timer.h"

namespace reverb {

class RedisEndpoint;

class RedisTopology {
  public:
    class Listener {
      public:
        virtual ~Listener() = default;
        // An endpoint that is up, or none: that one, where it is.
        virtual RedisEndpoint* endpoint_to_ask(const std::string& preferred) = 0;
        virtual void topology(SlotMap map) = 0;
        // Nobody could say; the last reason, in a sentence for people.
        virtual void topology_unknown(const std::string& why) = 0;
    };

    RedisTopology(RedisContext& context, std::vector<ClientAddress> seeds, Listener& listener);

    // Soon, and less often while the answers help nobody. `preferred` is the address of the
    // endpoint whose answers showed that what is known is not so any more.
    void ask(const std::string& preferred = {});
    // All is well: the next time is soon.
    void settle() { waits_.reset(); }
    // Nodes besides the seeds.
    void know(std::vector<ClientAddress> nodes) { known_ = std::move(nodes); }
    void close();

  private:
    void begin();
    void ask_endpoint(RedisEndpoint& endpoint);
    void ask_node();
    void answered(const RedisReply& reply, const std::string& host);

    RedisContext& context_;
    std::vector<ClientAddress> seeds_;
    std::vector<ClientAddress> known_;
    Listener& listener_;
    BackOff waits_;
    LoopTimer timer_;
    std::uint64_t rested_ = 0;  // until when it waits
    std::string preferred_;
    std::vector<ClientAddress> left_;  // to be asked yet, the next one last
    std::unique_ptr<RedisQuestion> question_;
    std::string why_;
    bool closed_ = false;
    bool asking_ = false;
    bool again_ = false;  // asked for while it was asking
};

}  // namespace reverb
