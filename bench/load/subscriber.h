// One WebSocket connection that speaks the Pusher protocol and is subscribed to a channel or more.
// Owned by the SubscriberPool, one thread. A delivered event is counted from the frame's header
// and the first bytes of its payload alone: the client must stay cheaper than any server.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/deadline.h"
#include "common/stream.h"
#include "load/histogram.h"
#include "load/target.h"

namespace reverb::bench {

// What all subscribers of a pool have seen together.
struct Tally {
    std::uint64_t ready = 0;  // are subscribed
    std::uint64_t deliveries = 0;
    std::uint64_t bytes = 0;          // of the frames delivered, headers included
    Clock::time_point published;      // when the batch under way was sent
    Clock::time_point last_delivery;  // of the latest one
    Histogram latency;                // published to each delivery
    Histogram opening;                // connect() to subscribed
    std::uint64_t members = 0;        // of presence channels, that each knows of, added up
};

class Subscriber final : public Pollable {
  public:
    Subscriber(EventLoop& loop, const Target& target, std::size_t number, Tally& tally);
    Subscriber(const Subscriber&) = delete;
    Subscriber& operator=(const Subscriber&) = delete;

    void on_ready(std::uint32_t events) override;
    // Frames of this client, as they go over the wire.
    void send(std::string_view frames) { stream_.send(frames); }
    [[nodiscard]] std::uint64_t received() const noexcept { return received_; }
    // Of its presence channel, itself included: listed when it came, or added since.
    [[nodiscard]] std::uint64_t members() const noexcept { return members_; }

  private:
    enum class State : std::uint8_t { upgrading, establishing, subscribing, ready };

    [[nodiscard]] std::string_view upgrade(std::string_view bytes);
    [[nodiscard]] std::string_view frames(std::string_view bytes);
    void control(std::string_view message);
    void subscribed(std::string_view message);
    void know(std::uint64_t members) noexcept;
    void subscribe(std::string_view established);
    [[nodiscard]] std::string subscription(const std::string& channel,
                                           const std::string& socket_id) const;
    [[noreturn]] void fail(const std::string& what) const;

    const Target& target_;
    Tally& tally_;
    Stream stream_;
    std::uint64_t received_ = 0;
    std::uint64_t members_ = 0;
    std::size_t subscriptions_ = 0;
    Clock::time_point opened_;
    std::uint32_t number_;
    State state_ = State::upgrading;
};

}  // namespace reverb::bench
