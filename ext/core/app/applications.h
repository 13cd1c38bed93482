// The applications this server serves, by id and by key. Made before the threads start and
// read by all of them.
#pragma once

#include <functional>
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
    // `threads`: how many I/O threads there are.
    explicit Applications(const std::vector<Application>& applications, unsigned threads = 1);

    // Null for an unknown one.
    [[nodiscard]] ApplicationStatePtr by_id(std::string_view id) const;
    [[nodiscard]] ApplicationStatePtr by_key(std::string_view key) const;
    [[nodiscard]] std::uint64_t connections() const noexcept;
    [[nodiscard]] std::uint64_t channels() const noexcept;
    // Of each application, with its id.
    void each(const std::function<void(const std::string&, const ApplicationUsage&)>& visit) const;

  private:
    StringMap<ApplicationStatePtr> by_id_;
    StringMap<ApplicationStatePtr> by_key_;
};

}  // namespace reverb
