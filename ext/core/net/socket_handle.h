// A handle of libuv for a stream: a TCP or a unix socket, or none. Closes itself. A value that
// moves, on the thread of its loop.
#pragma once

#include <uv.h>

#include "net/uv_handle.h"

namespace reverb {

struct SocketHandle {
    UvHandle<uv_tcp_t> tcp;
    UvHandle<uv_pipe_t> pipe;

    // Null where there is none.
    [[nodiscard]] uv_stream_t* stream() const noexcept {
        return tcp ? reinterpret_cast<uv_stream_t*>(tcp.get())
                   : reinterpret_cast<uv_stream_t*>(pipe.get());
    }
    void close() noexcept {
        tcp.reset();
        pipe.reset();
    }
};

}  // namespace reverb
