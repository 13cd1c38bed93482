#include "app/applications.h"

#include <utility>

#include "base/clock.h"
#include "server_config.h"

namespace reverb {

Applications::Applications(const std::vector<Application>& applications, unsigned threads)
    : usages_(threads) {
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
        auto state =
            std::make_shared<const ApplicationState>(application, usages_.of(application.id));
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

ApplicationLookups& Applications::look_up(std::chrono::milliseconds ttl,
                                          std::chrono::milliseconds timeout,
                                          std::function<void()> asked,
                                          std::function<void(const ApplicationName&)> answered) {
    lookups_ = std::make_unique<ApplicationLookups>(usages_, ttl, timeout, std::move(asked),
                                                    std::move(answered));
    return *lookups_;
}

FoundApplication Applications::by_id(std::string_view id) const {
    return find(by_id_, ApplicationName::By::id, id);
}

FoundApplication Applications::by_key(std::string_view key) const {
    return find(by_key_, ApplicationName::By::key, key);
}

FoundApplication Applications::find(const StringMap<ApplicationStatePtr>& configured,
                                    ApplicationName::By by, std::string_view value) const {
    if (const auto found = configured.find(value); found != configured.end()) {
        return FoundApplication(found->second);
    }
    return lookups_ == nullptr ? FoundApplication() : lookups_->find(by, value, monotonic_ms());
}

std::shared_ptr<const ApplicationUsage> Applications::usage(std::string_view id) const {
    return usages_.find(id);
}

void Applications::each(
    const std::function<void(const std::string&, const ApplicationUsage&)>& visit) const {
    usages_.each(visit);
}

std::uint64_t Applications::connections() const {
    std::uint64_t sum = 0;
    each([&sum](const std::string&, const ApplicationUsage& usage) { sum += usage.connections(); });
    return sum;
}

std::uint64_t Applications::channels() const {
    std::uint64_t sum = 0;
    each([&sum](const std::string&, const ApplicationUsage& usage) { sum += usage.channels(); });
    return sum;
}

}  // namespace reverb
