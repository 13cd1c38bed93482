// As much of RFC 6455 as a load client and the floor need: frame boundaries and masks. Bytes in,
// values out; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace reverb::bench {

enum class Opcode : std::uint8_t {
    continuation = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10
};

struct WebSocketFrame {
    Opcode opcode = Opcode::text;
    bool masked = false;
    bool compressed = false;   // RFC 7692
    std::string_view payload;  // as it came: masked when `masked`
    const char* mask = nullptr;
    std::size_t size = 0;  // of the whole frame; 0: it is not whole yet
};

// The frame at the front of `bytes`.
[[nodiscard]] WebSocketFrame split_websocket(std::string_view bytes) noexcept;

// Appends a final frame. A client's is masked.
void append_server_frame(std::string& out, Opcode opcode, std::string_view payload);
void append_client_frame(std::string& out, Opcode opcode, std::string_view payload);

// Appends the payload, unmasked.
void append_payload(std::string& out, const WebSocketFrame& frame);

}  // namespace reverb::bench
