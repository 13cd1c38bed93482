#include "base/frame.h"

#include <cstdint>
#include <limits>

namespace reverb {

FramePtr text_frame(std::string_view payload) {
    constexpr char final_text = static_cast<char>(0x81);
    constexpr std::size_t longest_short = 125;
    constexpr unsigned char length_16 = 126;
    constexpr unsigned char length_64 = 127;
    constexpr std::size_t longest_header = 10;

    const std::uint64_t size = payload.size();
    std::string frame;
    frame.reserve(longest_header + payload.size());
    frame.push_back(final_text);

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
    return std::make_shared<const std::string>(std::move(frame));
}

}  // namespace reverb
