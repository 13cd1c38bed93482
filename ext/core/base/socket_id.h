// A connection's name in Pusher's protocol: two numbers joined by a dot. A value.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace reverb {

struct SocketId {
    std::uint32_t high = 0;
    std::uint32_t low = 0;  // 0.0 is nobody

    [[nodiscard]] std::string text() const;
    // Nothing unless it is `digits.digits` within 32 bits each.
    [[nodiscard]] static std::optional<SocketId> parse(std::string_view text);
    // Unguessable: from the system's random source.
    [[nodiscard]] static SocketId random();
    friend bool operator==(const SocketId&, const SocketId&) = default;
};

}  // namespace reverb
