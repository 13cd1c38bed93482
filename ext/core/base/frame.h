// A WebSocket frame as it goes over the wire: encoded once, shared by all who get it, on any
// thread. Immutable.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace reverb {

using FramePtr = std::shared_ptr<const std::string>;

// One unmasked, final text frame (RFC 6455, 5.2) around `payload`.
[[nodiscard]] FramePtr text_frame(std::string_view payload);

}  // namespace reverb
