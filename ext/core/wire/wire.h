// The binary protocol of the unix socket, between a publisher and a server on the same host.
// Bytes in, values out and back again: no I/O, any thread.
//
// A frame, all integers little-endian:
//   u32 length of what follows, u8 version (1), u8 type, u32 correlation id, payload
// Types and payloads (str16 and str32: a length of that many bits, then the bytes):
//   1  publish   str16 app id, str16 event, str16 except, str16 info,
//                u32 number of channels, str16 each, str32 data
//   2  status    nothing: answered with 200 and the JSON object of status.h
//   64 answer    u16 status, str32 body       (the correlation id is that of the question)
//                The status is one of HTTP's, or 1503 (`going_down`).
// A server answers every question in the order they came. A frame it cannot read it answers with
// status 400 (correlation id as far as read, else 0) and closes; another version with 505.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "publish.h"

namespace reverb::wire {

inline constexpr std::uint8_t version = 1;
inline constexpr std::size_t prefix_size = 4;         // the length field
inline constexpr std::size_t max_frame = 16U << 20U;  // bytes after the length field

// The server ends and has not taken the event: it may be sent again, over a new connection. No
// other status says so, 503 neither.
inline constexpr int going_down = 1'503;

enum class Type : std::uint8_t { publish = 1, status = 2, answer = 64 };

struct Header {
    std::uint8_t version = 0;
    Type type = Type::publish;
    std::uint32_t correlation = 0;
};

// A whole frame, split: `payload` points into the bytes given.
struct Frame {
    Header header;
    std::string_view payload;
    std::size_t size = 0;  // bytes of the frame, the length field included
};

enum class Split : std::uint8_t { whole, more, bad };  // bad: a length out of bounds

// Reads one frame from the front of `bytes`. `frame` is set when whole.
[[nodiscard]] Split split(std::string_view bytes, Frame& frame);

// Appends a whole frame to `out`. Throws std::length_error when a field or the frame is too long.
void append_publish(std::string& out, std::uint32_t correlation, const PublishRequest& request);
void append_status(std::string& out, std::uint32_t correlation);
void append_answer(std::string& out, std::uint32_t correlation, const Answer& answer);

// Nothing when the payload is not what its type says.
[[nodiscard]] std::optional<PublishRequest> read_publish(std::string_view payload);
[[nodiscard]] std::optional<Answer> read_answer(std::string_view payload);

}  // namespace reverb::wire
