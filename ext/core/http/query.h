// A query string: names and values, percent-decoded, in the order they came. A value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reverb {

class Query {
  public:
    // Never fails: what cannot be decoded stays as it is, a name without `=` has an empty value.
    // `a[]=1&a[]=2` (Pusher's SDKs send arrays so) is one name `a` with the value "1,2".
    [[nodiscard]] static Query parse(std::string_view text);

    // The last value of that name, as long as this query lives.
    [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const noexcept {
        return fields_;
    }

  private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

// %XX decoded; `plus_is_space` as in a query.
[[nodiscard]] std::string percent_decode(std::string_view text, bool plus_is_space);
// All but RFC 3986's unreserved characters as %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace reverb
