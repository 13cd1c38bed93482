// A connection that this process opens: over TCP or a unix socket. Owned by one listener, on the
// loop's thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "net/client_address.h"
#include "net/event_loop.h"

namespace reverb {

class ClientStream {
  public:
    // Never called from within the constructor or write(). May destroy the stream.
    class Listener {
      public:
        virtual ~Listener() = default;
        virtual void opened() = 0;
        virtual void received(std::string_view bytes) = 0;
        // The kernel has taken all that was written.
        virtual void sent() = 0;
        // Once, and nothing follows: it could not be opened, or is no more. `why` is for people.
        virtual void closed(const std::string& why) = 0;
    };

    // Gives up after `timeout`.
    ClientStream(EventLoop& loop, const ClientAddress& address, std::chrono::milliseconds timeout,
                 Listener& listener);
    // Closes; the listener is not called.
    ~ClientStream();
    ClientStream(const ClientStream&) = delete;
    ClientStream& operator=(const ClientStream&) = delete;

    // To be called while it is open and not busy: so no more waits here than was written last.
    void write(std::string bytes);
    // Whether the kernel has yet to take what was written; sent() follows.
    [[nodiscard]] bool busy() const noexcept;

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace reverb
