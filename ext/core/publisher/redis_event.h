// An event as commands to Redis: for each channel one that publishes it to the nodes, and for a
// cache channel one before it that keeps it. Bytes only: no I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/node_id.h"
#include "cluster/names.h"
#include "publish.h"

namespace reverb {

struct RedisCommand {
    enum class Purpose : std::uint8_t { publish, keep };

    Purpose purpose = Purpose::publish;
    std::uint16_t slot = 0;  // of a Redis Cluster
    std::string bytes;
};

struct RedisSender {
    ClusterNames names;
    NodeId id;             // of no node: who is told of what the sender did
    bool sharded = false;  // whether Redis is a Redis Cluster
    std::chrono::seconds cache_ttl{0};
};

// `data_json` is the event's data as a whole JSON string.
[[nodiscard]] std::vector<RedisCommand> event_commands(const RedisSender& sender,
                                                       const PublishRequest& request,
                                                       std::string_view data_json);

}  // namespace reverb
