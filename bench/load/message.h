// The one event that a run publishes, over and over, in each form a publisher sends it, and who the
// members of a presence channel are. The event is made once, so that signing and encoding are no
// part of what is measured. Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "load/target.h"

namespace reverb::bench {

// The event's `data`: a JSON text of `size` bytes. Throws std::invalid_argument when it is too
// small for one.
[[nodiscard]] std::string event_data(std::size_t size);
// The same with names, numbers and times as applications send them: what compresses as they do.
[[nodiscard]] std::string order_data(std::size_t size);

// The `channel_data` of a member of a presence channel.
[[nodiscard]] std::string member_data(std::size_t number);
// As a string of JSON. Enough for the texts above, which have no control characters.
[[nodiscard]] std::string json_string(std::string_view text);

// A whole signed POST /apps/{id}/events.
[[nodiscard]] std::string http_request(const Target& target, const std::string& data,
                                       bool keep_alive);
// The same for POST /apps/{id}/batch_events: an event for each of these channels.
[[nodiscard]] std::string http_batch(const Target& target, const std::string& data,
                                     const std::vector<std::string>& channels);
// A whole frame of the unix socket, its correlation id 0 and at correlation_offset.
[[nodiscard]] std::string wire_frame(const Target& target, const std::string& data);
inline constexpr std::size_t correlation_offset = 6;
// A masked WebSocket frame with a client event.
[[nodiscard]] std::string whisper_frame(const Target& target, const std::string& data);

}  // namespace reverb::bench
