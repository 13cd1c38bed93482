// What other threads tell an I/O thread. Values; moved through its mailbox.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <variant>

#include "app/application_name.h"
#include "base/frame.h"
#include "base/socket_id.h"
#include "base/unique_fd.h"
#include "channel/fan_out.h"
#include "cluster/facts.h"

namespace reverb {

// Close the connections of a user.
struct Terminate {
    std::string app_id;
    std::string user_id;
};

// A frame for one connection, if it is there.
struct SendTo {
    SocketId to;
    FramePtr frame;
};

// Close one connection, if it is there.
struct Disconnect {
    SocketId whom;
    std::uint16_t code;
    std::string reason;
};

// Whoever waits for that application may ask for it again.
struct ApplicationAnswered {
    ApplicationName name;
};

// Whoever waits for the cluster to be ready for that channel may subscribe to it.
struct ChannelReady {
    std::string key;
};

// What somebody with that ticket asked the other nodes.
struct FactsArrived {
    std::uint64_t ticket;
    FactsPtr facts;
};

// A client's socket, accepted on another thread or this one.
struct AdoptClient {
    UniqueFd fd;
    std::string address;
};

// A publisher's end of the unix socket.
struct AdoptPublisher {
    UniqueFd fd;
};

// Accept connections there and hand each of them to `accepted`, on this thread.
struct Listen {
    UniqueFd fd;
    std::function<void(UniqueFd fd, std::string address)> accepted;
};

struct StopListening {};

// Run `task` on this thread, once, after `delay`.
struct After {
    std::chrono::milliseconds delay;
    std::function<void()> task;
};

// Close every connection, spread over `window`, once what waits for it is delivered; cut what is
// left after `timeout`.
struct Drain {
    std::chrono::milliseconds window;
    std::chrono::milliseconds timeout;
};
// The first part of that, from the thread to itself.
struct CloseAll {
    std::chrono::milliseconds window;
};

// End at once.
struct Stop {};

using IoMessage = std::variant<BroadcastPtr, Terminate, SendTo, Disconnect, ApplicationAnswered,
                               ChannelReady, FactsArrived, AdoptClient, AdoptPublisher, Listen,
                               StopListening, After, Drain, CloseAll, Stop>;

// Whether it keeps its place behind the broadcasts that were sent before it. The rest overtakes
// them: however many wait, somebody who comes is served, and a server that is to end does.
[[nodiscard]] inline bool stays_behind_broadcasts(const IoMessage& message) noexcept {
    return std::holds_alternative<BroadcastPtr>(message) ||
           std::holds_alternative<Terminate>(message) || std::holds_alternative<SendTo>(message) ||
           std::holds_alternative<Disconnect>(message) ||
           std::holds_alternative<ChannelReady>(message) ||
           std::holds_alternative<CloseAll>(message);
}

}  // namespace reverb
