// The names of everything a cluster has in Redis. A channel belongs to a bucket, by a hash that is
// the same on every node and in every publisher; what belongs to one bucket is on one server of a
// Redis Cluster, since its name has the bucket between braces. A value; any thread.
//
//   {base}:{app:bucket}                     pub/sub channel of a bucket
//   {base}:{app:bucket}:presence:{channel}  hash, see presence_scripts.h
//   {base}:{app:bucket}:cache:{channel}     string: the event that a cache channel holds
//   {base}:control                          pub/sub channel of all nodes
//   {base}:node:{id}                        pub/sub channel of one node
//   {base}:nodes                            sorted set: nodes by when they were last heard of
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/node_id.h"

namespace reverb {

// Many, so that a node with few channels receives little of what it has no subscribers for.
inline constexpr std::uint32_t bucket_count = 4'096;

[[nodiscard]] std::uint32_t bucket_of(std::string_view key) noexcept;  // see channel_key()

class ClusterNames {
  public:
    // `prefix` and `channel` as in the settings of scaling.
    ClusterNames(std::string_view prefix, std::string_view channel);

    [[nodiscard]] std::string bucket(std::string_view key) const;
    [[nodiscard]] std::string presence(std::string_view key) const;
    [[nodiscard]] std::string cache(std::string_view key) const;
    [[nodiscard]] const std::string& control() const noexcept { return control_; }
    [[nodiscard]] std::string node(NodeId id) const;
    [[nodiscard]] const std::string& nodes() const noexcept { return nodes_; }

  private:
    std::string base_;
    std::string control_;
    std::string nodes_;
};

}  // namespace reverb
