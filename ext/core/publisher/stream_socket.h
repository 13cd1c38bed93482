// A blocking stream socket with deadlines, unix or TCP. Owns its descriptor, which is
// close-on-exec. No call raises SIGPIPE, none ends early because of a signal. What is particular
// to Linux stays in stream_socket.cpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "publisher/deadline.h"

namespace reverb {

class StreamSocket {
  public:
    // How a send() or receive() ended. `timeout` is also a `bytes` of what passed before.
    enum class End : std::uint8_t { done, closed, timeout };
    struct Transfer {
        End end = End::done;
        std::size_t bytes = 0;
        int error = 0;  // errno, where the peer closed with one
    };

    StreamSocket() = default;
    ~StreamSocket() { close(); }
    StreamSocket(StreamSocket&& other) noexcept;
    StreamSocket& operator=(StreamSocket&& other) noexcept;
    StreamSocket(const StreamSocket&) = delete;
    StreamSocket& operator=(const StreamSocket&) = delete;

    // Both throw ConnectError. Resolving a host's name is up to the system and has no deadline.
    [[nodiscard]] static StreamSocket connect_unix(const std::string& path, Deadline deadline);
    [[nodiscard]] static StreamSocket connect_tcp(const std::string& host, std::uint16_t port,
                                                  Deadline deadline);

    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
    // Whether the peer has neither closed nor sent anything that was not read.
    [[nodiscard]] bool quiet() const noexcept;

    // The time from a send() to its deadline, for the receive() that follows.
    void set_patience(std::chrono::milliseconds patience);

    // Sends all of `bytes`, unless the peer answers or closes before that (`closed`).
    [[nodiscard]] Transfer send(std::string_view bytes, Deadline deadline);
    // Waits for at least one byte.
    [[nodiscard]] Transfer receive(char* buffer, std::size_t size, Deadline deadline);

    void close() noexcept;

  private:
    explicit StreamSocket(int descriptor) : descriptor_(descriptor) {}

    int descriptor_ = -1;
    std::chrono::milliseconds patience_{0};
    bool waited_ = true;  // since the last send() began
};

}  // namespace reverb
