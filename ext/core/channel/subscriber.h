// Who gets a channel's events, as one I/O thread sees it: a connection's side of its
// subscriptions. Lives and is used on that thread alone.
#pragma once

#include <cstdint>
#include <vector>

#include "base/frame.h"
#include "base/socket_id.h"

namespace reverb {

class LocalChannel;

class Subscriber {
  public:
    explicit Subscriber(SocketId id) : id_(id) {}
    Subscriber(const Subscriber&) = delete;
    Subscriber& operator=(const Subscriber&) = delete;
    virtual ~Subscriber() = default;

    // Queues the frame. Must neither subscribe nor unsubscribe anybody.
    virtual void deliver(const FramePtr& frame) = 0;
    // Ends the connection because its user was told to go.
    virtual void terminate() = 0;

    [[nodiscard]] SocketId id() const noexcept { return id_; }

  private:
    friend class LocalSubscribers;
    // Where this subscriber stands in a channel's list, so that leaving is O(1).
    struct Subscription {
        LocalChannel* channel;
        std::uint32_t place;
    };

    SocketId id_;
    std::vector<Subscription> subscriptions_;
};

}  // namespace reverb
