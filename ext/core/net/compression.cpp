#include "net/compression.h"

namespace reverb {

FramePtr Compression::compress(const Frame& frame) {
    const std::string_view message = frame_payload(frame);
    // A ping of the WebSocket layer may follow the message, in the same frame as we call it.
    const bool alone = message.end() == std::string_view(frame.bytes()).end();
    if (!alone || message.size() < threshold_) {
        return nullptr;
    }
    FramePtr twin = compressed_text_frame(deflater_.deflate(message));
    if (twin->size() >= frame.size()) {
        return nullptr;
    }
    count(counters_.messages_compressed);
    return twin;
}

}  // namespace reverb
