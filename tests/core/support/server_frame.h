// One frame of the server, taken apart by RFC 6455, 5.2 alone. A value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "support/zlib_message.h"

namespace reverb::testing {

struct ServerFrame {
    enum class Kind : std::uint8_t { text, close, ping, pong, end };
    Kind kind = Kind::end;  // end: the connection ended without a close frame
    std::string payload;    // of a close frame the reason
    unsigned code = 0;      // of a close frame
    bool compressed = false;
    std::size_t bytes = 0;  // of the payload, as it came
};

[[nodiscard]] inline std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes) {
        value = (value << 8U) | static_cast<unsigned char>(byte);
    }
    return value;
}

// `read(n)` gives the next n bytes. Throws std::runtime_error for what no server may send, and for
// fragments, which this one has no reason to. Compressed text is so only where that was agreed on.
template <typename Read>
[[nodiscard]] ServerFrame read_frame(Read read, bool compression = false) {
    constexpr unsigned char final_frame = 0x80;
    constexpr unsigned char reserved = 0x70;
    constexpr unsigned char compressed_text = 0xC1;
    constexpr int least_window_bits = 12;  // that a client may ask of the server
    constexpr unsigned char masked = 0x80;
    const std::string head = read(std::size_t{2});
    const auto first = static_cast<unsigned char>(head[0]);
    const auto second = static_cast<unsigned char>(head[1]);
    const bool compressed = compression && first == compressed_text;
    if (((first & reserved) != 0 && !compressed) || (first & final_frame) == 0 ||
        (second & masked) != 0) {
        throw std::runtime_error("the server sent a masked, reserved or fragmented frame");
    }
    std::uint64_t length = second;
    if (second == 126) {
        length = big_endian(read(std::size_t{2}));
    } else if (second == 127) {
        length = big_endian(read(std::size_t{8}));
    }
    std::string payload = read(static_cast<std::size_t>(length));
    switch (first & 0x0FU) {
        case 0x1:
            if (compressed) {
                return {ServerFrame::Kind::text, inflate_message(payload, least_window_bits), 0,
                        true, payload.size()};
            }
            return {ServerFrame::Kind::text, std::move(payload), 0, false, length};
        case 0x8: {
            const auto code = static_cast<unsigned>(big_endian(payload.substr(0, 2)));
            return {ServerFrame::Kind::close, payload.size() > 2 ? payload.substr(2) : "", code};
        }
        case 0x9:
            return {ServerFrame::Kind::ping, std::move(payload), 0};
        case 0xA:
            return {ServerFrame::Kind::pong, std::move(payload), 0};
        default:
            throw std::runtime_error("the server sent a frame of an unknown kind");
    }
}

}  // namespace reverb::testing
