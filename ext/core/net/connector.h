// Opens one socket: looks up the name, tries its addresses in turn, gives up in time. Owned by
// whoever waits for it, on the loop's thread: who destroys it is not told.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "net/client_address.h"
#include "net/event_loop.h"
#include "net/socket_handle.h"

namespace reverb {

class Connector {
  public:
    // The socket, or none and why, for people. Never called from within the constructor; may
    // destroy the connector.
    using Done = std::function<void(SocketHandle, const std::string& why)>;

    Connector(EventLoop& loop, const ClientAddress& address, std::chrono::milliseconds timeout,
              Done done);
    ~Connector();
    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace reverb
