// What is done to the members of a presence channel in Redis, each step whole or not at all. The
// hash of a channel has a field for each user of each node: the node's id and the user's, with the
// member as in envelope.h. Beside them `v`, which counts the changes, and `e`, the epoch: random,
// made with the hash, so that a hash that was lost and made anew cannot be taken for the old one.
// Each change is published to the bucket with the version it has led to: who sees a version missing
// has missed a change, and reads the hash again. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/node_id.h"
#include "channel/member.h"
#include "channel/presence.h"
#include "cluster/redis_script.h"
#include "cluster/resp.h"

namespace reverb::presence_scripts {

// Of a channel whose nodes are all gone, until it is forgotten: nodes keep theirs alive.
inline constexpr std::uint64_t ttl_ms = 120'000;

// What all scripts need to publish.
struct Place {
    std::string command;  // PUBLISH or SPUBLISH
    std::string bucket;   // its channel
    std::string key;      // see channel_key()
};

// The node has the user: publishes it unless that was known.
[[nodiscard]] const RedisScript& hold();
[[nodiscard]] std::vector<std::string> hold_arguments(const Place& place, NodeId node,
                                                      const Member& member);

// The node no longer has the user: publishes it unless that was known.
[[nodiscard]] const RedisScript& release();
[[nodiscard]] std::vector<std::string> release_arguments(const Place& place, NodeId node,
                                                         const Member& member);

// The node has exactly these users: publishes what that changes. Answers with a snapshot.
[[nodiscard]] const RedisScript& sync();
[[nodiscard]] std::vector<std::string> sync_arguments(const Place& place, NodeId node,
                                                      const std::vector<MemberPtr>& members);

// A node that died has nobody: publishes what that changes.
[[nodiscard]] const RedisScript& drop();
[[nodiscard]] std::vector<std::string> drop_arguments(const Place& place, NodeId dead);

struct Snapshot {
    std::string epoch;  // empty: there is no hash, for nobody is there
    std::uint64_t version = 0;
    std::vector<Holding> holdings;  // of all nodes
};
// Nothing where the reply is none of sync's.
[[nodiscard]] std::optional<Snapshot> read_snapshot(const RedisReply& reply);

}  // namespace reverb::presence_scripts
