// A WebSocket frame as it goes over the wire: encoded once, shared by all who get it, on any
// thread. Immutable.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace reverb {

using FramePtr = std::shared_ptr<const std::string>;

// One unmasked, final text frame (RFC 6455, 5.2) around `payload`.
[[nodiscard]] FramePtr text_frame(std::string_view payload);
// A close frame (RFC 6455, 5.5.1): a code and at most 123 bytes of UTF-8, cut off beyond.
[[nodiscard]] FramePtr close_frame(std::uint16_t code, std::string_view reason);
// A ping (RFC 6455, 5.5.2). It has a payload, because clients answer with the same and
// libwebsockets tells nobody of a pong without one.
[[nodiscard]] FramePtr ping_frame();
// What the frame of text_frame() at the beginning was made around.
[[nodiscard]] std::string_view frame_payload(const std::string& frame);

}  // namespace reverb
