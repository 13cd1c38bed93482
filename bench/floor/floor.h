// The floor: what any server of this work must do at least, which is to read the requests and to
// make one send() per subscriber and loop turn. It answers what the load client sends and nothing
// else. Owned by main(), one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/event_loop.h"
#include "common/sockets.h"
#include "floor/channel.h"
#include "floor/connection.h"

namespace reverb::bench {

class Floor {
  public:
    // `socket` may be empty; with `tls`, that is what TCP speaks.
    Floor(const TcpTarget& tcp, const std::string& socket, std::unique_ptr<const TlsContext> tls);
    Floor(const Floor&) = delete;
    Floor& operator=(const Floor&) = delete;

    [[noreturn]] void run();

    // For its connections.
    [[nodiscard]] EventLoop& loop() noexcept { return loop_; }
    // One buffer for all: only one connection reads at a time.
    [[nodiscard]] std::string& answers() noexcept { return answers_; }
    [[nodiscard]] FloorChannel& channel(std::string_view name);
    [[nodiscard]] std::string next_socket_id();
    void publish(FloorChannel& channel, std::string_view message, FloorConnection* except);
    void join(FloorChannel& channel, FloorConnection& connection, std::string_view id,
              std::string_view info);
    void close(FloorConnection& connection);

  private:
    class Listener final : public Pollable {
      public:
        Listener(Floor& floor, Fd fd, FloorConnection::Protocol protocol);
        void on_ready(std::uint32_t events) override;

      private:
        Floor& floor_;
        Fd fd_;
        FloorConnection::Protocol protocol_;
    };

    void adopt(Fd fd, FloorConnection::Protocol protocol);

    EventLoop loop_;
    std::unique_ptr<const TlsContext> tls_;
    std::vector<std::unique_ptr<Listener>> listeners_;
    std::map<std::string, FloorChannel, std::less<>> channels_;
    std::vector<FloorChannel*> dirty_;  // have frames that wait for the end of this turn
    std::vector<std::unique_ptr<FloorConnection>> connections_;
    std::string answers_;
    std::uint64_t sockets_ = 0;
};

}  // namespace reverb::bench
