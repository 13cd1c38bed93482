// What the parts of a cluster's node share. Owned by the Cluster; used on its thread alone.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/node_id.h"
#include "channel/directory.h"
#include "cluster/bucket_table.h"
#include "cluster/cluster_counters.h"
#include "cluster/names.h"
#include "cluster/redis.h"
#include "services.h"

namespace reverb {

struct ClusterContext {
    Services& services;
    Redis& redis;
    BucketTable& buckets;
    ClusterCounters& counters;
    const ClusterNames& names;
    NodeId self;
    // Tells I/O threads that a channel can be subscribed to.
    std::function<void(ThreadMask threads, const std::string& key)> ready;
};

}  // namespace reverb
