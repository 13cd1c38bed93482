// A blocking stream socket with deadlines, unix or TCP, with TLS or without. Owns its descriptor,
// which is close-on-exec. No call raises SIGPIPE, none ends early because of a signal. What is
// particular to Linux stays in stream_socket.cpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/tls_session.h"
#include "publisher/deadline.h"

namespace reverb {

class StreamSocket {
  public:
    // How a send() or receive() ended. `timeout` is also a `bytes` of what passed before.
    enum class End : std::uint8_t { done, closed, timeout };
    struct Transfer {
        End end = End::done;
        std::size_t bytes = 0;  // of a send() over TLS: of what goes over the wire
        int error = 0;          // errno, where the peer closed with one; EPROTO: see tls_fault()
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

    // All that follows goes over TLS, to a peer that proved to be `host`. Throws ConnectError,
    // whose words are about the peer: "its certificate …".
    void start_tls(const TlsOptions& options, const std::string& host, Deadline deadline);
    // What TLS ended with, or nothing.
    [[nodiscard]] const std::string& tls_fault() const noexcept { return tls_fault_; }

    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
    // Whether the peer has neither closed nor sent anything that was not read.
    [[nodiscard]] bool quiet() noexcept;

    // The time from a send() to its deadline, for the receive() that follows.
    void set_patience(std::chrono::milliseconds patience);

    // From now on a peer that answers while it is still sent to goes on reading all the same.
    void pipeline() noexcept { pipelined_ = true; }

    // Sends all of `bytes`, unless the peer answers or closes before that (`closed`).
    [[nodiscard]] Transfer send(std::string_view bytes, Deadline deadline);
    // Waits for at least one byte.
    [[nodiscard]] Transfer receive(char* buffer, std::size_t size, Deadline deadline);

    void close() noexcept;

  private:
    explicit StreamSocket(int descriptor) : descriptor_(descriptor) {}

    [[nodiscard]] bool wire_quiet() const noexcept;
    [[nodiscard]] Transfer send_wire(std::string_view bytes, Deadline deadline);
    [[nodiscard]] Transfer receive_wire(char* buffer, std::size_t size, Deadline deadline);
    [[nodiscard]] Transfer receive_tls(char* buffer, std::size_t size, Deadline deadline);
    // Whether TLS goes on after `step`, which may throw TlsError.
    template <typename Step>
    bool tls_goes_on(Step step) noexcept;

    int descriptor_ = -1;
    std::chrono::milliseconds patience_{0};
    bool waited_ = true;  // since the last send() began
    bool pipelined_ = false;
    std::unique_ptr<TlsSession> tls_;
    std::string tls_fault_;
};

}  // namespace reverb
