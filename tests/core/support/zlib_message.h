// Messages as RFC 7692 compresses them, by zlib alone, so that a test shares no mistake with the
// server. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace reverb::testing {

// The payload of a message's frames. `window_bits`: 9 to 15.
[[nodiscard]] std::string deflate_message(std::string_view message, int window_bits = 15);
// The message. Throws std::runtime_error where the payload cannot be read with such a window, or
// does not end as it must.
[[nodiscard]] std::string inflate_message(std::string_view payload, int window_bits = 15);

}  // namespace reverb::testing
