#include "base/socket_id.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

namespace reverb {
std::string SocketId::text() const {
    return std::to_string(high) + "." + std::to_string(low);
}

std::optional<SocketId> SocketId::parse(std::string_view text) {
    const char* const last = text.data() + text.size();
    SocketId id;
    const auto high = std::from_chars(text.data(), last, id.high);
    if (high.ec != std::errc{} || high.ptr == last || *high.ptr != '.') {
        return std::nullopt;
    }
    const auto low = std::from_chars(high.ptr + 1, last, id.low);
    if (low.ec != std::errc{} || low.ptr != last) {
        return std::nullopt;
    }
    return id;
}

SocketId SocketId::random() {
    SocketId id;
    do {
        std::array<std::uint32_t, 2> words{};
        if (getentropy(words.data(), sizeof(words)) != 0) {
            throw std::system_error(errno, std::generic_category(),
                                    "the system's random source gave nothing for a socket id");
        }
        id = {words[0], words[1]};
    } while (id == SocketId{});
    return id;
}

}  // namespace reverb
