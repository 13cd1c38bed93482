// How far this node has followed the members of one presence channel in Redis: judges each change
// that arrives, whether it is the next one, an old one, or shows that one was missed. The members
// themselves are in the directory. Owned by ClusterPresence; cluster's thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/node_id.h"
#include "cluster/envelope.h"
#include "cluster/presence_scripts.h"

namespace reverb {

class PresenceReplica {
  public:
    enum class Verdict : std::uint8_t { apply, ignore, missed };

    // A snapshot has been asked for: until it is there, changes are kept.
    void expect_snapshot() noexcept { expecting_ = true; }
    [[nodiscard]] bool expecting_snapshot() const noexcept { return expecting_; }
    void keep(envelope::PresenceChange change) { kept_.push_back(std::move(change)); }
    // It is there. Returns the changes that arrived meanwhile, to be judged now.
    [[nodiscard]] std::vector<envelope::PresenceChange> begin_at(
        const presence_scripts::Snapshot& snapshot);
    // Before that: whether what was followed so far is no more.
    [[nodiscard]] bool has_other_epoch(const presence_scripts::Snapshot& snapshot) const noexcept {
        return !epoch_.empty() && snapshot.epoch != epoch_;
    }
    // It could not be had: nothing is known until the next one.
    void lost();

    [[nodiscard]] Verdict judge(const envelope::PresenceChange& change);

    // Nodes with a member, now or since the snapshot.
    void saw(NodeId node);
    // Whether it was there.
    bool forget(NodeId node) { return std::erase(nodes_, node) > 0; }
    [[nodiscard]] const std::vector<NodeId>& nodes() const noexcept { return nodes_; }

  private:
    std::string epoch_;  // empty: there was no hash
    std::uint64_t version_ = 0;
    bool known_ = false;
    bool expecting_ = false;
    std::vector<envelope::PresenceChange> kept_;
    std::vector<NodeId> nodes_;
};

}  // namespace reverb
