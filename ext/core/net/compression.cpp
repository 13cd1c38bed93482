#include "net/compression.h"

#include <new>

namespace reverb {

FramePtr Compression::compress(const Frame& frame) noexcept {
    const std::string_view message = frame_payload(frame);
    // A ping of the WebSocket layer may follow the message, in the same frame as we call it.
    const bool alone = message.end() == std::string_view(frame.bytes()).end();
    if (!alone || message.size() < threshold_) {
        return nullptr;
    }
    try {
        FramePtr twin = compressed_text_frame(deflater_.deflate(message));
        if (twin->size() >= frame.size()) {
            return nullptr;
        }
        count(counters_.messages_compressed);
        return twin;
    } catch (const std::bad_alloc&) {
        // Then it goes out as it is, to everybody.
        return nullptr;
    }
}

}  // namespace reverb
