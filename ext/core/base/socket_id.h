// A connection's name in Pusher's protocol: two numbers joined by a dot. A value.
#pragma once

#include <cstddef>
#include <cstdint>
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

// Ids are random numbers already.
struct SocketIdHash {
    [[nodiscard]] std::size_t operator()(const SocketId& id) const noexcept {
        return (static_cast<std::size_t>(id.high) << 32U) ^ id.low;
    }
};

}  // namespace reverb
