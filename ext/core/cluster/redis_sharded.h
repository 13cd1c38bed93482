// A Redis Cluster: an endpoint for each of its masters, and each channel and key at the one that
// has its slot. Owned by Redis, on the cluster's thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/string_hash.h"
#include "cluster/redis_backend.h"
#include "cluster/redis_context.h"
#include "cluster/redis_endpoint.h"
#include "cluster/redis_queue.h"
#include "cluster/redis_topology.h"
#include "cluster/slot_map.h"
#include "net/loop_timer.h"

namespace reverb {

class RedisSharded : public RedisBackend,
                     private RedisEndpoint::Listener,
                     private RedisTopology::Listener {
  public:
    RedisSharded(RedisContext& context, RedisBackend::Listener& listener);
    ~RedisSharded() override;
    RedisSharded(const RedisSharded&) = delete;
    RedisSharded& operator=(const RedisSharded&) = delete;

    void start() override;
    void close() override;
    [[nodiscard]] bool idle() const override;
    [[nodiscard]] bool up() const override { return up_; }
    [[nodiscard]] bool up(std::string_view key) const override;
    [[nodiscard]] bool up_in_part() const override;
    void subscribe(const std::string& channel) override;
    void unsubscribe(const std::string& channel) override;
    void send(RedisRequest request) override;

  private:
    void endpoint_up(RedisEndpoint& endpoint) override;
    void endpoint_down(RedisEndpoint& endpoint, const std::string& why) override;
    void subscribed(const std::string& channel) override;
    void received(std::string_view channel, std::string_view message) override;
    bool redirected(RedisEndpoint& endpoint, RedisRequest& request,
                    const RedisReply& reply) override;
    void unsubscribed(RedisEndpoint& endpoint, const std::string& channel,
                      const std::string& error) override;
    RedisEndpoint* endpoint_to_ask(const std::string& preferred) override;
    void topology(SlotMap map) override;
    void topology_unknown(const std::string& why) override;

    [[nodiscard]] RedisEndpoint* endpoint_at(const std::string& address) const;
    [[nodiscard]] bool is_ours(const RedisEndpoint& endpoint) const;
    // None where nobody has the slot, or it is not known who.
    [[nodiscard]] RedisEndpoint* owner_of(std::uint16_t slot) const;
    void park(RedisRequest request);
    void send_parked();
    void place(const std::string& channel, std::string& address);
    void leave(const std::string& channel, std::string& address);
    void place_all();
    void settle_slots();
    void ask_state();
    [[nodiscard]] std::set<std::string> read_owners();
    void retire_others(const std::set<std::string>& owners);
    void sweep();
    [[nodiscard]] std::string trouble() const;
    void judge();

    RedisContext& context_;
    RedisBackend::Listener& listener_;
    RedisTopology topology_;
    std::optional<SlotMap> map_;
    std::string uncovered_;  // which slots have no master, for people
    std::map<std::string, std::unique_ptr<RedisEndpoint>> endpoints_;  // by address
    // Of masters no more, until what was sent to them is answered.
    std::vector<std::unique_ptr<RedisEndpoint>> retired_;
    LoopTimer sweep_;
    StringMap<std::string> channels_;  // and the address where each is subscribed to; empty: none
    std::set<std::uint16_t> moving_;   // slots whose master is asked for
    RedisQueue parked_;                // for slots without a master that is known
    std::uint64_t last_number_ = 0;
    std::string cluster_down_;  // the CLUSTERDOWN that was answered last, until all is well again
    std::string why_;           // of the endpoint that was down last
    bool up_ = false;
};

}  // namespace reverb
