#include "cluster/presence_replica.h"

#include <algorithm>
#include <utility>

namespace reverb {

std::vector<envelope::PresenceChange> PresenceReplica::begin_at(
    const presence_scripts::Snapshot& snapshot) {
    epoch_ = snapshot.epoch;
    version_ = snapshot.version;
    known_ = true;
    expecting_ = false;
    nodes_.clear();
    for (const Holding& holding : snapshot.holdings) {
        saw(holding.node);
    }
    return std::exchange(kept_, {});
}

void PresenceReplica::lost() {
    known_ = false;
    expecting_ = false;
    kept_.clear();
}

PresenceReplica::Verdict PresenceReplica::judge(const envelope::PresenceChange& change) {
    const bool same = change.epoch == epoch_;
    if (!known_ || (same && change.version <= version_)) {
        return Verdict::ignore;
    }
    const bool first = epoch_.empty() && change.version == 1;
    if (!first && !(same && change.version == version_ + 1)) {
        return Verdict::missed;
    }
    epoch_ = change.epoch;
    version_ = change.version;
    return Verdict::apply;
}

void PresenceReplica::saw(NodeId node) {
    if (std::ranges::find(nodes_, node) == nodes_.end()) {
        nodes_.push_back(node);
    }
}

}  // namespace reverb
