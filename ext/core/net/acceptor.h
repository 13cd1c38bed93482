// Accepts connections from one listening socket, on the loop of one I/O thread.
#pragma once

#include <uv.h>

#include <functional>
#include <string>

#include "base/unique_fd.h"
#include "net/uv_handle.h"

namespace reverb {

class Acceptor {
  public:
    using Accepted = std::function<void(UniqueFd fd, std::string address)>;

    Acceptor(uv_loop_t& loop, UniqueFd fd, Accepted accepted);
    Acceptor(const Acceptor&) = delete;
    Acceptor& operator=(const Acceptor&) = delete;
    ~Acceptor() = default;

    // Polls again after the process ran out of descriptors. Called at every tick.
    void resume();

  private:
    void accept_all();

    UniqueFd fd_;
    UvHandle<uv_poll_t> poll_;
    Accepted accepted_;
    bool paused_ = false;
};

}  // namespace reverb
