#include "common/websocket.h"

#include <array>

namespace reverb::bench {

namespace {

constexpr unsigned final_bit = 0x80;
constexpr unsigned mask_bit = 0x80;
constexpr unsigned compressed_bit = 0x40;
constexpr unsigned length_16 = 126;
constexpr unsigned length_64 = 127;
constexpr std::size_t mask_size = 4;
// A fixed mask is enough: no proxy stands between a load client and its server.
constexpr std::array<char, mask_size> client_mask{0x37, 0x5a, 0x11, 0x6c};

void append_header(std::string& out, Opcode opcode, std::size_t size, unsigned mask) {
    out.push_back(static_cast<char>(final_bit | static_cast<unsigned>(opcode)));
    int length_bytes = 0;
    if (size < length_16) {
        out.push_back(static_cast<char>(mask | size));
    } else if (size <= 0xffff) {
        out.push_back(static_cast<char>(mask | length_16));
        length_bytes = 2;
    } else {
        out.push_back(static_cast<char>(mask | length_64));
        length_bytes = 8;
    }
    for (int i = length_bytes - 1; i >= 0; --i) {
        out.push_back(static_cast<char>(size >> (8U * static_cast<unsigned>(i))));
    }
}

}  // namespace

WebSocketFrame split_websocket(std::string_view bytes) noexcept {
    WebSocketFrame frame;
    if (bytes.size() < 2) {
        return frame;
    }
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    frame.opcode = static_cast<Opcode>(byte(0) & 0x0fU);
    frame.masked = (byte(1) & mask_bit) != 0;
    frame.compressed = (byte(0) & compressed_bit) != 0;
    std::size_t length = byte(1) & 0x7fU;
    std::size_t header = 2;
    if (length >= length_16) {
        const std::size_t length_bytes = length == length_16 ? 2 : 8;
        header += length_bytes;
        if (bytes.size() < header) {
            return frame;
        }
        length = 0;
        for (std::size_t i = 0; i < length_bytes; ++i) {
            length = length << 8U | byte(2 + i);
        }
    }
    if (frame.masked) {
        header += mask_size;
    }
    if (bytes.size() < header || bytes.size() - header < length) {
        return frame;
    }
    frame.mask = bytes.data() + header - mask_size;
    frame.payload = bytes.substr(header, length);
    frame.size = header + length;
    return frame;
}

void append_server_frame(std::string& out, Opcode opcode, std::string_view payload) {
    append_header(out, opcode, payload.size(), 0);
    out += payload;
}

void append_client_frame(std::string& out, Opcode opcode, std::string_view payload) {
    append_header(out, opcode, payload.size(), mask_bit);
    out.append(client_mask.data(), client_mask.size());
    for (std::size_t i = 0; i < payload.size(); ++i) {
        out.push_back(static_cast<char>(payload[i] ^ client_mask[i % mask_size]));
    }
}

void append_payload(std::string& out, const WebSocketFrame& frame) {
    if (!frame.masked) {
        out += frame.payload;
        return;
    }
    for (std::size_t i = 0; i < frame.payload.size(); ++i) {
        out.push_back(static_cast<char>(frame.payload[i] ^ frame.mask[i % mask_size]));
    }
}

}  // namespace reverb::bench
