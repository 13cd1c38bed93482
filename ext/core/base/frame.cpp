#include "base/frame.h"

#include <cstdint>
#include <limits>

namespace reverb {

namespace {
constexpr char final_text = static_cast<char>(0x81);
constexpr char final_compressed_text = static_cast<char>(0xC1);
constexpr char final_ping = static_cast<char>(0x89);
constexpr char final_close = static_cast<char>(0x88);
constexpr std::size_t longest_short = 125;
constexpr unsigned char length_16 = 126;  // of the byte after the first: two bytes of length follow
constexpr unsigned char length_64 = 127;  // or eight
constexpr std::size_t longest_header = 10;

FramePtr data_frame(char first, std::string_view payload) {
    const std::uint64_t size = payload.size();
    std::string frame;
    frame.reserve(longest_header + payload.size());
    frame.push_back(first);

    const auto append_big_endian = [&frame, size](unsigned bytes) {
        for (unsigned shift = 8 * bytes; shift > 0; shift -= 8) {
            frame.push_back(static_cast<char>((size >> (shift - 8)) & 0xFFU));
        }
    };
    if (size <= longest_short) {
        frame.push_back(static_cast<char>(size));
    } else if (size <= std::numeric_limits<std::uint16_t>::max()) {
        frame.push_back(static_cast<char>(length_16));
        append_big_endian(2);
    } else {
        frame.push_back(static_cast<char>(length_64));
        append_big_endian(8);
    }
    frame.append(payload);
    return std::make_shared<const Frame>(std::move(frame));
}

}  // namespace

FramePtr text_frame(std::string_view payload) {
    return data_frame(final_text, payload);
}

FramePtr compressed_text_frame(std::string_view payload) {
    return data_frame(final_compressed_text, payload);
}

FramePtr close_frame(std::uint16_t code, std::string_view reason) {
    reason = reason.substr(0, longest_short - sizeof code);
    std::string frame{final_close, static_cast<char>(sizeof code + reason.size()),
                      static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
    frame.append(reason);
    return std::make_shared<const Frame>(std::move(frame));
}

FramePtr ping_frame() {
    return std::make_shared<const Frame>(std::string{final_ping, '\1', '?'});
}

std::string_view frame_payload(const Frame& frame) {
    const std::string_view bytes = frame.bytes();
    const auto number = [bytes](std::size_t at, std::size_t count) {
        std::size_t value = 0;
        for (const char byte : bytes.substr(at, count)) {
            value = (value << 8U) | static_cast<unsigned char>(byte);
        }
        return value;
    };
    const std::size_t length = number(1, 1);
    if (length <= longest_short) {
        return bytes.substr(2, length);
    }
    return length == length_16 ? bytes.substr(4, number(2, 2))
                               : bytes.substr(longest_header, number(2, 8));
}

}  // namespace reverb
