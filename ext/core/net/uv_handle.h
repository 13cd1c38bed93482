// A libuv handle that closes itself: libuv frees nothing, and a handle may be freed only in its
// close callback. Owned by, and used on, the thread of its loop.
#pragma once

#include <uv.h>

#include <memory>

namespace reverb {

template <typename Handle>
struct UvClose {
    void operator()(Handle* handle) const noexcept {
        uv_close(reinterpret_cast<uv_handle_t*>(handle), [](uv_handle_t* closed) {
            std::default_delete<Handle>{}(reinterpret_cast<Handle*>(closed));
        });
    }
};

// Only handles that were initialised may be held: their closing needs the loop.
template <typename Handle>
using UvHandle = std::unique_ptr<Handle, UvClose<Handle>>;

}  // namespace reverb
