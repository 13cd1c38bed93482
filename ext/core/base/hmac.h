// Digests and signatures, by OpenSSL. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

namespace reverb {

// Lower-case hex, as Pusher's protocol and Redis write them.
[[nodiscard]] std::string hmac_sha256_hex(std::string_view secret, std::string_view message);
[[nodiscard]] std::string md5_hex(std::string_view bytes);
// By which Redis knows a script.
[[nodiscard]] std::string sha1_hex(std::string_view bytes);

// Whether two texts are the same, in a time that depends on their lengths only.
[[nodiscard]] bool equal_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace reverb
