// A connection that this process opens: over TCP or a unix socket, with TLS or without. Owned by
// one listener, on the loop's thread, where SIGPIPE must be blocked or ignored: libuv writes to
// sockets that the other side has closed.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/tls_session.h"
#include "net/client_address.h"
#include "net/event_loop.h"

namespace reverb {

class ClientStream {
  public:
    // What has ended it: there was no connection, no TLS over it, or it is no more.
    enum class End : std::uint8_t { unreachable, tls, lost };

    // Never called from within the constructor or write(). May destroy the stream.
    class Listener {
      public:
        virtual ~Listener() = default;
        // TLS included.
        virtual void opened() = 0;
        virtual void received(std::string_view bytes) = 0;
        // The kernel has taken all that was written.
        virtual void sent() = 0;
        // Once, and nothing follows. `why` is for people.
        virtual void closed(End end, const std::string& why) = 0;
    };

    // Gives up when it is not open after `timeout`. The certificate has to be the host's.
    ClientStream(EventLoop& loop, const ClientAddress& address, std::optional<TlsOptions> tls,
                 std::chrono::milliseconds timeout, Listener& listener);
    // Closes; the listener is not called.
    ~ClientStream();
    ClientStream(const ClientStream&) = delete;
    ClientStream& operator=(const ClientStream&) = delete;

    // To be called while it is open and not busy: so no more waits here than was written last.
    void write(std::string bytes);
    // Whether the kernel has yet to take what was written; sent() follows.
    [[nodiscard]] bool busy() const noexcept;
    // While it is open: which of the host's addresses is at the other end. Empty: a unix socket.
    [[nodiscard]] std::string peer() const;

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace reverb
