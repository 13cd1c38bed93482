// A session's way to its client: what a connection of the net layer offers, and a test can stand
// in for. Used on the connection's I/O thread.
#pragma once

#include <string_view>

#include "base/frame.h"
#include "pusher/close_code.h"

namespace reverb {

class Transport {
  public:
    virtual ~Transport() = default;
    // Queues a frame; it is written at the end of the loop's turn. False when it was not queued,
    // because the connection is being closed.
    virtual bool send(const FramePtr& frame) = 0;
    // Sends what is queued, then a close frame. Nothing is sent or received after that.
    virtual void close(CloseCode code, std::string_view reason) = 0;
};

}  // namespace reverb
