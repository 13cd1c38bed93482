// The applications this server serves, by id and by key: those of its configuration, made before
// the threads start, and those that are looked up. Shared by all threads.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/application_lookups.h"
#include "app/application_state.h"
#include "app/application_usages.h"
#include "app/found_application.h"
#include "base/string_hash.h"

namespace reverb {

class Applications {
  public:
    // Throws ConfigError for an id or key that is empty or used twice, or a secret that is empty.
    // `threads`: how many I/O threads there are.
    explicit Applications(const std::vector<Application>& applications, unsigned threads = 1);

    // Before the threads start: has those looked up that are not of the configuration.
    ApplicationLookups& look_up(std::chrono::milliseconds ttl, std::chrono::milliseconds timeout,
                                std::function<void()> asked,
                                std::function<void(const ApplicationName&)> answered);
    // Null where none are looked up.
    [[nodiscard]] ApplicationLookups* lookups() const noexcept { return lookups_.get(); }

    [[nodiscard]] FoundApplication by_id(std::string_view id) const;
    [[nodiscard]] FoundApplication by_key(std::string_view key) const;

    // Null for one that is not in use.
    [[nodiscard]] std::shared_ptr<const ApplicationUsage> usage(std::string_view id) const;
    // Of each application that is in use, with its id.
    void each(const std::function<void(const std::string&, const ApplicationUsage&)>& visit) const;
    [[nodiscard]] std::uint64_t connections() const;
    [[nodiscard]] std::uint64_t channels() const;

  private:
    [[nodiscard]] FoundApplication find(const StringMap<ApplicationStatePtr>& configured,
                                        ApplicationName::By by, std::string_view value) const;

    ApplicationUsages usages_;
    StringMap<ApplicationStatePtr> by_id_;
    StringMap<ApplicationStatePtr> by_key_;
    std::unique_ptr<ApplicationLookups> lookups_;
};

}  // namespace reverb
