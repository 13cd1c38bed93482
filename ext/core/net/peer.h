// One socket of a client: an HTTP connection until it is upgraded, a WebSocket connection then.
// Owned by its IoLoop, used on that thread alone. Its deadline is the socket's clock.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/deadline_wheel.h"

struct lws;

namespace reverb {

class IoLoop;

class Peer : public Deadline {
  public:
    Peer(IoLoop& loop, lws* socket) : loop_(loop), socket_(socket) {}

    // What libwebsockets calls back with; the result is what its callback returns.
    virtual int on_event(int reason, void* in, std::size_t length) = 0;
    // The server ends its work: close politely, at `at_ms` at the latest; but answer first what a
    // client has asked for, by `end_ms`.
    virtual void drain(std::uint64_t at_ms, std::uint64_t end_ms) = 0;

  protected:
    // Writes the bytes as they are, on a WebSocket too; what the socket does not take of them,
    // libwebsockets keeps. False when the socket is broken.
    bool write(std::string_view bytes);
    // While corked, the kernel keeps what is written; then it goes out in as few packets as it
    // fits.
    void cork(bool on) noexcept;
    // Whether bytes have come that nobody has read yet.
    [[nodiscard]] bool readable() const noexcept;
    // Cuts the socket, soon, without a word. Safe in any callback.
    void cut();

    IoLoop& loop_;
    lws* socket_;

  private:
    friend class IoLoop;
    std::size_t index_ = 0;  // among the loop's peers
};

}  // namespace reverb
