// What cache channels hold, kept equal with Redis: gives Redis the events of this node, and the
// directory what Redis has. Owned by ClusterChannels, used on the cluster's thread alone.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "base/frame.h"
#include "base/string_hash.h"
#include "cluster/cluster_context.h"

namespace reverb {

class ClusterCache {
  public:
    // What a channel holds is known, or cannot be had.
    using Loaded = std::function<void(const std::string& key)>;

    ClusterCache(const ClusterContext& context, Loaded loaded)
        : context_(context), loaded_(std::move(loaded)) {}

    // Asks Redis what the channel holds.
    void load(const std::string& key);
    // Nobody here wants to know any more.
    void closed(const std::string& key) { loads_.erase(key); }
    // An event of this node's was published …
    void save(const std::string& key, std::string_view message);
    // … and one of another's, which saved it.
    void received(const std::string& key);

    // Every second, while Redis is up: what Redis refused is given to it again, a part each time.
    void tick();
    // Redis is there again: all of it.
    void redis_up();

  private:
    struct Load {
        std::uint64_t number = 0;
        bool superseded = false;  // an event came meanwhile, which is the later one
    };

    void loaded(const std::string& key, const Load& load, const FramePtr& before,
                const RedisReply& reply);
    void save_again(const std::string& key);
    [[nodiscard]] std::function<void(const RedisReply&)> unsaved_if_failed(const std::string& key);
    void supersede(const std::string& key);

    const ClusterContext& context_;
    Loaded loaded_;
    StringMap<Load> loads_;
    std::uint64_t last_number_ = 0;
    std::unordered_set<std::string> unsaved_;  // channels whose event Redis does not have
};

}  // namespace reverb
