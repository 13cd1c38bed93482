// What cache channels hold, kept equal with Redis: gives Redis the events of this node, and the
// directory what Redis has. Owned by ClusterChannels, used on the cluster's thread alone.
//
// Where Redis did not take an event, the later one is the one that lives longer. This is so as long
// as all nodes have the same cache_ttl, and to within the time that a command is under way. Of two
// of this node's own it is known.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

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
    void save(const std::string& key, const FramePtr& event);
    // … and one of another's, which saved it.
    void received(const std::string& key) { unsaved_.erase(key); }
    // Every second, while Redis is up: what Redis did not take is given to it again, a part each
    // time.
    void save_unsaved();

  private:
    // An event of this node's; the numbers tell which is the later one.
    struct Save {
        std::uint64_t number;
        FramePtr event;
        FramePtr earlier;  // one that Redis took in the meantime, or null
    };

    void loaded(const std::string& key, const FramePtr& before, const RedisReply& reply);
    void save_again(const std::string& key, const Save& save);
    void saved(const std::string& key, const Save& save, const RedisReply& reply);

    const ClusterContext& context_;
    Loaded loaded_;
    StringMap<std::uint64_t> loads_;  // under way: the number of the last one
    std::uint64_t last_number_ = 0;   // of loads and of saves
    StringMap<Save> unsaved_;         // the last ones that Redis did not take
    std::vector<std::string> round_;  // of unsaved_, whose turn is yet to come
};

}  // namespace reverb
