// A WebSocket client of the tests: blocking, and free to send what a well-behaved one would not.
// Written against RFC 6455 alone, so that it shares no mistake with the server. Owned by a test;
// one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/application.h"
#include "support/event.h"
#include "support/server_frame.h"
#include "support/tcp_client.h"

namespace reverb::testing {

struct ConnectOptions {
    std::string key = "app-key";
    std::string origin = "http://localhost";
    std::string prefix{};
    int receive_buffer = 0;
    std::string headers{};  // further ones, each line with its end
};

// A line of ConnectOptions::headers.
[[nodiscard]] std::string offer(const std::string& extensions = "permessage-deflate");
// The upgrade request that a client sends.
[[nodiscard]] std::string upgrade_request(const ConnectOptions& options = {});

class WebSocketClient {
  public:
    // Shakes hands. Throws std::runtime_error where the server does not answer 101 as it must.
    explicit WebSocketClient(std::uint16_t port, const ConnectOptions& options = {});

    // Waits for connection_established and remembers the socket id.
    WebSocketClient& greeted();
    [[nodiscard]] const std::string& socket_id() const noexcept { return socket_id_; }
    [[nodiscard]] const Event& greeting() const noexcept { return greeting_; }
    // What the server answered to an offer of extensions; empty where it agreed on none.
    [[nodiscard]] const std::string& extensions() const noexcept { return extensions_; }
    // Subscribes and waits until the server confirms; signed where the name asks for it.
    WebSocketClient& subscribe(std::string_view channel, const Application& application = {});

    void send(std::string_view text);
    // One frame, masked: `first` is the first byte (FIN, reserved bits, opcode), `announced` the
    // length in the header where it is not that of the payload.
    void send_frame(unsigned char first, std::string_view payload, std::uint64_t announced = 0);
    // Answers the server's close or begins one.
    void send_close(unsigned code = 1000);

    [[nodiscard]] ServerFrame receive();
    // The next text frame as an event. Throws std::runtime_error for anything else.
    [[nodiscard]] Event event();
    [[nodiscard]] TcpClient& tcp() noexcept { return tcp_; }

  private:
    TcpClient tcp_;
    Event greeting_;
    std::string socket_id_;
    std::string extensions_;
};

}  // namespace reverb::testing
