// The applications this server serves, by id and by key. Made before the threads start and
// read by all of them.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/application_state.h"
#include "base/string_hash.h"

namespace reverb {

class Applications {
  public:
    // Throws ConfigError for an id or key that is empty or used twice, or a secret that is empty.
    explicit Applications(const std::vector<Application>& applications);

    // Null for an unknown one.
    [[nodiscard]] ApplicationStatePtr by_id(std::string_view id) const;
    [[nodiscard]] ApplicationStatePtr by_key(std::string_view key) const;
    [[nodiscard]] std::uint64_t connections() const noexcept;
    [[nodiscard]] std::uint64_t channels() const noexcept;

  private:
    StringMap<ApplicationStatePtr> by_id_;
    StringMap<ApplicationStatePtr> by_key_;
};

}  // namespace reverb
