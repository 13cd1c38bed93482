// From one event to the threads whose connections want it: the frame is encoded by the caller,
// once, and only references to it travel. Any thread may publish.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/frame.h"
#include "base/socket_id.h"
#include "channel/directory.h"

namespace reverb {

// An event on its way to one channel's subscribers. Immutable.
struct Broadcast {
    std::string key;  // see channel_key()
    FramePtr frame;
    SocketId except;
};
using BroadcastPtr = std::shared_ptr<const Broadcast>;

// An I/O thread, as far as the fan-out knows it.
class BroadcastTarget {
  public:
    virtual ~BroadcastTarget() = default;
    // Any thread. What one thread posts arrives in the order it was posted.
    virtual void post(BroadcastPtr broadcast) = 0;
};

class FanOut {
  public:
    explicit FanOut(const Directory& directory) : directory_(directory) {}

    // Before anything is published, in the order of the threads' numbers.
    void add_target(BroadcastTarget& target) { targets_.push_back(&target); }

    void publish(std::string key, FramePtr frame, SocketId except) const;

  private:
    const Directory& directory_;
    std::vector<BroadcastTarget*> targets_;
};

}  // namespace reverb
