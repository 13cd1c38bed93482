// Which endpoint a path belongs to, and the names in it. Pure functions.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace reverb {

// The target without the server's prefix; nothing when it does not begin with it.
[[nodiscard]] std::optional<std::string_view> without_prefix(std::string_view prefix,
                                                             std::string_view target);

// Matches "/apps/{}/events" against a path: the texts that stand for {}, none of them empty and
// none with a slash. Nothing when it does not match.
[[nodiscard]] std::optional<std::vector<std::string_view>> match(std::string_view pattern,
                                                                 std::string_view path);

}  // namespace reverb
