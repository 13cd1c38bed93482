// A connected, non-blocking socket with the bytes that wait on either side: unsent ones, and the
// beginning of a message that is not whole yet. Owned by its connection, one thread. Reading goes
// through one buffer shared by all streams, so an idle stream holds no memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/event_loop.h"
#include "common/fd.h"
#include "common/tls.h"

namespace reverb::bench {

class Stream {
  public:
    Stream() = default;
    // `owner` gets the events of `fd` from now on; EPOLLIN is always waited for.
    // Plain, unless there is a context of TLS.
    Stream(EventLoop& loop, Fd fd, Pollable& owner, const TlsContext* tls = nullptr);

    // Sends at once what the socket takes; the rest goes when flush() is called on EPOLLOUT.
    void send(std::string_view bytes);
    void flush();

    // Reads once and returns all bytes not consumed yet; nothing once the peer has closed. What
    // of them is not consumed must be given to keep(), before another stream reads.
    [[nodiscard]] std::optional<std::string_view> read();
    void keep(std::string_view rest);

    [[nodiscard]] bool open() const noexcept { return fd_.open(); }
    void close() noexcept;

  private:
    void wait_writable(bool wanted);
    // As ::send() and ::recv(), the latter with all that TLS holds decrypted.
    [[nodiscard]] ssize_t send_some(std::string_view bytes);
    [[nodiscard]] ssize_t receive(std::string_view& bytes);

    EventLoop* loop_ = nullptr;
    Pollable* owner_ = nullptr;
    Fd fd_;
    std::unique_ptr<TlsSession> tls_;
    std::string unsent_;
    std::string incomplete_;
};

}  // namespace reverb::bench
