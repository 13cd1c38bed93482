// One publisher's connection over the unix socket: reads frames of the wire protocol, publishes,
// answers each in order. Owned by its IoLoop, used on that thread alone.
#pragma once

#include <uv.h>

#include <cstddef>
#include <string>

#include "base/unique_fd.h"
#include "net/uv_handle.h"
#include "wire/wire.h"

namespace reverb {

class IoLoop;

class PublisherLink {
  public:
    PublisherLink(IoLoop& loop, uv_loop_t& uv, UniqueFd fd);
    PublisherLink(const PublisherLink&) = delete;
    PublisherLink& operator=(const PublisherLink&) = delete;
    ~PublisherLink() = default;

    // False when the socket could not be taken over: the link is of no use then.
    [[nodiscard]] bool usable() const noexcept { return pipe_ != nullptr; }

  private:
    void read(std::size_t bytes);
    bool answer(const wire::Frame& frame);
    void write();

    IoLoop& loop_;
    UvHandle<uv_pipe_t> pipe_;
    std::string inbox_;  // what was read; valid up to filled_
    std::size_t filled_ = 0;
    std::string answers_;  // of this read, written together
};

}  // namespace reverb
