// Where a publisher's commands go: the one server that is configured, the master that Sentinels
// name, or the masters of a Redis Cluster. Keeps a connection to each that was needed. One thread
// at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "cluster/slot_map.h"
#include "publisher/redis_link.h"

namespace reverb {

class RedisMasters {
  public:
    RedisMasters(RedisConfig config, std::chrono::milliseconds patience)
        : config_(std::move(config)), patience_(patience) {}

    [[nodiscard]] bool sharded() const noexcept { return !config_.cluster.empty(); }
    // Whether there is a connection.
    [[nodiscard]] bool connected() const noexcept { return !links_.empty(); }
    // The one to whom commands of this slot go, connected, quiet, and a master a moment ago. Throws
    // ConnectError.
    [[nodiscard]] std::shared_ptr<RedisLink> of(std::uint16_t slot, Deadline deadline);
    // The one that a redirection names.
    [[nodiscard]] std::shared_ptr<RedisLink> at(const Redirection& redirection, Deadline deadline);
    // Its connection is of no use any more.
    void drop(const RedisLink& link);
    // Closes all, and asks anew where the masters are.
    void close() noexcept;

  private:
    // The one that is configured, or the first that a Sentinel names and that is one.
    [[nodiscard]] std::shared_ptr<RedisLink> open_master(Deadline deadline);
    [[nodiscard]] RedisParty named_by(const std::string& sentinel, Deadline deadline) const;
    [[nodiscard]] SlotMap find_slots(Deadline deadline);
    [[nodiscard]] std::shared_ptr<RedisLink> link_to(const HostPort& address, Deadline deadline);
    std::shared_ptr<RedisLink> keep(const std::string& name, RedisParty party, Deadline deadline);

    RedisConfig config_;
    std::chrono::milliseconds patience_;  // for each reply
    std::size_t sentinel_ = 0;            // the one to ask first
    std::optional<SlotMap> slots_;
    std::map<std::string, std::shared_ptr<RedisLink>> links_;  // by address; "" for the only one
};

}  // namespace reverb
