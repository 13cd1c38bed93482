// A handle of libuv for a stream: a TCP or a unix socket, or none yet. Closes itself. Owned by, and
// used on, the thread of its loop.
#pragma once

#include <uv.h>

#include <variant>

#include "net/uv_handle.h"

namespace reverb {

using SocketHandle = std::variant<std::monostate, UvHandle<uv_tcp_t>, UvHandle<uv_pipe_t>>;

// Null where there is none.
[[nodiscard]] inline uv_stream_t* stream_of(const SocketHandle& handle) noexcept {
    if (const auto* tcp = std::get_if<UvHandle<uv_tcp_t>>(&handle)) {
        return reinterpret_cast<uv_stream_t*>(tcp->get());
    }
    const auto* pipe = std::get_if<UvHandle<uv_pipe_t>>(&handle);
    return pipe != nullptr ? reinterpret_cast<uv_stream_t*>(pipe->get()) : nullptr;
}

}  // namespace reverb
