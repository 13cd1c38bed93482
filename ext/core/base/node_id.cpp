#include "base/node_id.h"

#include <array>
#include <charconv>

#include "base/socket_id.h"

namespace reverb {

std::string NodeId::text() const {
    std::array<char, text_size> digits{};
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr - digits.data();
    return std::string(text_size - static_cast<std::size_t>(end), '0') +
           std::string(digits.data(), static_cast<std::size_t>(end));
}

std::optional<NodeId> NodeId::parse(std::string_view text) {
    NodeId id;
    const char* const last = text.data() + text.size();
    const auto read = std::from_chars(text.data(), last, id.value, 16);
    if (text.size() != text_size || read.ec != std::errc{} || read.ptr != last) {
        return std::nullopt;
    }
    return id;
}

NodeId NodeId::random() {
    const SocketId words = SocketId::random();
    return {(std::uint64_t{words.high} << 32U) | words.low};
}

}  // namespace reverb
