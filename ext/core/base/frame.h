// A WebSocket frame as it goes over the wire: encoded once, shared by all who get it, on any
// thread. Immutable, but for its compressed twin, which is made when the first one wants it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace reverb {

class Frame;
using FramePtr = std::shared_ptr<const Frame>;

class Frame {
  public:
    explicit Frame(std::string bytes) : bytes_(std::move(bytes)) {}

    [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }
    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }

    // The same message for connections that agreed on compression; null: they get this frame. What
    // `make` returns, which is called once, whichever threads ask.
    template <typename Make>
    [[nodiscard]] const FramePtr& compressed(Make make) const {
        if (!made_.load(std::memory_order_acquire)) {
            std::call_once(once_, [&] {
                compressed_ = make();
                made_.store(true, std::memory_order_release);
            });
        }
        return compressed_;
    }

  private:
    std::string bytes_;
    mutable FramePtr compressed_;
    mutable std::once_flag once_;
    mutable std::atomic<bool> made_{false};
};

// One unmasked, final text frame (RFC 6455, 5.2) around `payload`.
[[nodiscard]] FramePtr text_frame(std::string_view payload);
// The same around a payload that was compressed (RFC 7692, 6).
[[nodiscard]] FramePtr compressed_text_frame(std::string_view payload);
// A close frame (RFC 6455, 5.5.1): a code and at most 123 bytes of UTF-8, cut off beyond.
[[nodiscard]] FramePtr close_frame(std::uint16_t code, std::string_view reason);
// A ping (RFC 6455, 5.5.2). It has a payload, because clients answer with the same and
// libwebsockets tells nobody of a pong without one.
[[nodiscard]] FramePtr ping_frame();
// What the frame of text_frame() at the beginning was made around.
[[nodiscard]] std::string_view frame_payload(const Frame& frame);

}  // namespace reverb
