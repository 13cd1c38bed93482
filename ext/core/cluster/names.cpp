#include "cluster/names.h"

#include "channel/channel_name.h"

namespace reverb {

// FNV-1a. https://datatracker.ietf.org/doc/html/draft-eastlake-fnv
std::uint32_t bucket_of(std::string_view key) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : key) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    // Its lower bits alone are the weaker ones.
    return static_cast<std::uint32_t>((hash ^ (hash >> 32U)) % bucket_count);
}

ClusterNames::ClusterNames(std::string_view prefix, std::string_view channel)
    : base_(std::string(prefix) + std::string(channel)),
      control_(base_ + ":control"),
      nodes_(base_ + ":nodes") {
}

std::string ClusterNames::bucket(std::string_view key) const {
    std::string name = base_;
    name.append(":{").append(app_of_key(key)).append(":");
    return name.append(std::to_string(bucket_of(key))).append("}");
}

std::string ClusterNames::presence(std::string_view key) const {
    return bucket(key).append(":presence:").append(channel_of_key(key));
}

std::string ClusterNames::cache(std::string_view key) const {
    return bucket(key).append(":cache:").append(channel_of_key(key));
}

std::string ClusterNames::node(NodeId id) const {
    return base_ + ":node:" + id.text();
}

}  // namespace reverb
