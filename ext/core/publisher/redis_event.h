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
    // ask: all nodes are asked, and answer onto a list; fetch: what a cache channel holds.
    enum class Purpose : std::uint8_t { publish, keep, ask, fetch };

    Purpose purpose = Purpose::publish;
    std::uint16_t slot = 0;  // of a Redis Cluster
    std::string bytes;
    std::string channel{};  // of an event
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

// For an event with `info`: they follow its commands. The nodes answer to `number` on the list of
// that name, as many as the reply to `ask` says.
[[nodiscard]] std::string reply_list(const RedisSender& sender);
[[nodiscard]] std::vector<RedisCommand> question_commands(const RedisSender& sender,
                                                          const PublishRequest& request,
                                                          std::uint64_t number);

}  // namespace reverb
