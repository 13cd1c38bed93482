// From one event to the threads whose connections want it: the frame is encoded by the caller,
// once, and only references to it travel. Any thread may publish.
#pragma once

#include <cstddef>
#include <cstdint>
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
    ChannelVersion version = 0;  // of the change it tells of, 0: it is for every subscriber
};
using BroadcastPtr = std::shared_ptr<const Broadcast>;

// An I/O thread, as far as the fan-out knows it.
class BroadcastTarget {
  public:
    virtual ~BroadcastTarget() = default;
    // Any thread. What one thread posts arrives in the order it was posted.
    virtual void post(BroadcastPtr broadcast) = 0;
    // Any thread. Memory that what was posted and not yet delivered takes, in bytes.
    [[nodiscard]] virtual std::size_t waiting_bytes() const noexcept = 0;
    // Any thread. Closes the connections that are this user on a presence channel.
    virtual void terminate(const std::string& app_id, const std::string& user_id) = 0;
};

class FanOut {
  public:
    explicit FanOut(Directory& directory) : directory_(directory) {}

    // Before anything is published, in the order of the threads' numbers.
    void add_target(BroadcastTarget& target) { targets_.push_back(&target); }

    // To the channel's subscribers. On a cache channel the event is kept until then.
    void publish(std::string key, FramePtr frame, SocketId except,
                 std::uint64_t cached_until_ms) const;
    // To those threads, whatever the directory says.
    void post(ThreadMask threads, Broadcast broadcast) const;
    void terminate(const std::string& app_id, const std::string& user_id) const;
    // Whether more waits at any thread than it should: publishers are then told to wait.
    [[nodiscard]] bool overloaded() const noexcept;
    // The same for client events, which are refused far earlier, whoever sent what waits: a flood
    // of them keeps no publisher out, and nobody waits long behind it.
    [[nodiscard]] bool overloaded_for_clients() const noexcept;

  private:
    [[nodiscard]] bool any_has_more_than(std::size_t bytes) const noexcept;

    Directory& directory_;
    std::vector<BroadcastTarget*> targets_;
};

}  // namespace reverb
