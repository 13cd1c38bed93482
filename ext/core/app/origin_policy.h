// Which pages may connect: the setting `allowed_origins`. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reverb {

// Patterns are hosts in which `*` stands for any text ("*.example.com"); "*" alone allows all, an
// absent Origin header included. Scheme and port of the origin do not count, nor does case.
[[nodiscard]] bool origin_allowed(const std::vector<std::string>& patterns,
                                  std::string_view origin);

}  // namespace reverb
