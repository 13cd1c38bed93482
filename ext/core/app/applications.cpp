#include "app/applications.h"

#include <numeric>

#include "server_config.h"

namespace reverb {

namespace {

ApplicationStatePtr find_in(const StringMap<ApplicationStatePtr>& map, std::string_view name) {
    const auto found = map.find(name);
    return found == map.end() ? nullptr : found->second;
}

}  // namespace

Applications::Applications(const std::vector<Application>& applications, unsigned threads) {
    std::size_t index = 0;
    for (const Application& application : applications) {
        const std::string setting = "apps." + std::to_string(index++);
        if (application.id.empty()) {
            throw ConfigError(setting + ".app_id", "an application needs an id");
        }
        if (application.key.empty()) {
            throw ConfigError(setting + ".key", "an application needs a key");
        }
        if (application.secret.empty()) {
            throw ConfigError(setting + ".secret", "an application needs a secret");
        }
        auto state = std::make_shared<const ApplicationState>(
            application, std::make_shared<ApplicationUsage>(threads));
        if (!by_id_.emplace(application.id, state).second) {
            throw ConfigError(setting + ".app_id",
                              "\"" + application.id + "\" is the id of an earlier application");
        }
        if (!by_key_.emplace(application.key, std::move(state)).second) {
            throw ConfigError(setting + ".key",
                              "\"" + application.key + "\" is the key of an earlier application");
        }
    }
}

ApplicationStatePtr Applications::by_id(std::string_view id) const {
    return find_in(by_id_, id);
}

ApplicationStatePtr Applications::by_key(std::string_view key) const {
    return find_in(by_key_, key);
}

std::uint64_t Applications::connections() const noexcept {
    return std::accumulate(by_id_.begin(), by_id_.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const auto& entry) {
                               return sum + entry.second->usage().connections();
                           });
}

std::uint64_t Applications::channels() const noexcept {
    return std::accumulate(by_id_.begin(), by_id_.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const auto& entry) {
                               return sum + entry.second->usage().channels();
                           });
}

void Applications::each(
    const std::function<void(const std::string&, const ApplicationUsage&)>& visit) const {
    for (const auto& [id, application] : by_id_) {
        visit(id, application->usage());
    }
}

}  // namespace reverb
