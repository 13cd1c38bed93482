// What the server tells the thread that called run(): a bounded queue of things that happened.
// I/O threads push, that thread pops. Nothing is made or queued for a hook nobody listens to, and
// when the queue is full the event is dropped and counted: a slow listener delays no message.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace reverb {

enum class Hook : std::uint8_t {
    log,                // subject: level (debug, info, warning, error); text: title; detail
    connection_opened,  // detail: the client's address
    connection_closed,
    connection_pruned,  // detail: when it was last heard of, in seconds of Unix time
    message_received,   // detail: the message as it came, after it was handled
    message_sent,       // detail: the message as it was queued for this one connection
    client_event,       // text: channel; detail: the message as it came, after it was passed on
    subscribed,         // text: channel
    unsubscribed,       // text: channel
    member_added,       // text: channel; detail: the user's id
    member_removed,     // text: channel; detail: the user's id
    channel_created,    // text: channel
    channel_removed,    // text: channel
    count
};

struct HookEvent {
    Hook hook = Hook::log;
    std::string app_id;
    std::string subject;  // the socket id, unless said otherwise above
    std::string text;
    std::string detail;
    std::string origin;   // the Origin header of the connection's handshake, or empty
    std::string user_id;  // of the member that the connection is on the channel, or empty
};

class HookQueue {
  public:
    static constexpr std::size_t capacity = 10'000;       // events
    static constexpr std::size_t max_bytes = 64U << 20U;  // of their texts

    // Any thread. Which hooks are wanted may change while the server runs.
    void want(Hook hook, bool wanted) noexcept;
    [[nodiscard]] bool wanted(Hook hook) const noexcept;
    // Whether any hook of connections is.
    [[nodiscard]] bool connections_wanted() const noexcept;

    // Any thread. Calls `wake` (set before the server starts) when the queue was empty.
    void push(HookEvent event);
    // The thread of run(). Takes all that waits.
    [[nodiscard]] std::vector<HookEvent> take();
    // The same for what nobody is told any more: drops all that waits, and counts it along with
    // `taken` events of earlier take()s. Returns how many that is.
    std::size_t drop(std::size_t taken);
    [[nodiscard]] std::uint64_t dropped() const noexcept;
    // Any thread.
    [[nodiscard]] std::size_t waiting() const;
    void on_push(std::function<void()> wake);

  private:
    std::atomic<std::uint32_t> wanted_{0};
    std::atomic<std::uint64_t> dropped_{0};
    mutable std::mutex mutex_;
    std::vector<HookEvent> events_;
    std::size_t bytes_ = 0;
    std::function<void()> wake_;
};

}  // namespace reverb
