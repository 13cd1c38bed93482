// One connection of the floor: HTTP, a WebSocket or a publisher's unix socket. It looks for the
// boundaries of requests and for the few bytes it needs, and checks nothing. Owned by the Floor,
// one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/stream.h"
#include "wire/wire.h"

namespace reverb::bench {

class Floor;
class FloorChannel;

class FloorConnection final : public Pollable {
  public:
    enum class Protocol : std::uint8_t { http, websocket, wire };

    // Over TLS where there is a context of it.
    FloorConnection(Floor& floor, Fd fd, Protocol protocol, const TlsContext* tls);
    FloorConnection(const FloorConnection&) = delete;
    FloorConnection& operator=(const FloorConnection&) = delete;
    ~FloorConnection();

    void on_ready(std::uint32_t events) override;
    void send(std::string_view bytes) { stream_.send(bytes); }

    std::size_t position = 0;  // in its channel; the channel's to set
    bool publishing = false;   // while its channel flushes
    std::size_t index = 0;     // in the Floor's list; the Floor's to set

  private:
    // Each takes one message from the front and returns what is left, all when it is not whole.
    [[nodiscard]] std::string_view take(std::string_view bytes);
    [[nodiscard]] std::string_view take_http(std::string_view bytes);
    [[nodiscard]] std::string_view take_websocket(std::string_view bytes);
    [[nodiscard]] std::string_view take_wire(std::string_view bytes);
    void publish_all(std::string_view body);
    void message(std::string_view text);
    void join(std::string_view text);
    // What goes back once all that was read is taken.
    [[nodiscard]] std::string& answers() noexcept;

    Floor& floor_;
    Stream stream_;
    FloorChannel* channel_ = nullptr;  // at most one
    Protocol protocol_;
};

}  // namespace reverb::bench
