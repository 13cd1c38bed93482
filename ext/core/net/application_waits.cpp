#include "net/application_waits.h"

#include <algorithm>
#include <utility>

namespace reverb {

void ApplicationWaits::add(ApplicationWaiter& waiter, ApplicationName name, std::uint64_t now_ms) {
    waits_.push_back({&waiter, std::move(name), now_ms});
}

void ApplicationWaits::remove(const ApplicationWaiter& waiter) noexcept {
    std::erase_if(waits_, [&](const Wait& wait) { return wait.waiter == &waiter; });
    std::erase(resuming_, &waiter);
}

void ApplicationWaits::answered(const ApplicationName& name) {
    resume([&](const Wait& wait) { return wait.name == name; });
}

void ApplicationWaits::overdue(std::uint64_t since_ms) {
    resume([&](const Wait& wait) { return wait.since_ms <= since_ms; });
}

// All that are due are taken out first: one that waits again is not resumed twice.
template <typename Condition>
void ApplicationWaits::resume(const Condition& condition) {
    for (const Wait& wait : waits_) {
        if (condition(wait)) {
            resuming_.push_back(wait.waiter);
        }
    }
    std::reverse(resuming_.begin(), resuming_.end());
    std::erase_if(waits_, condition);
    while (!resuming_.empty()) {
        ApplicationWaiter* waiter = resuming_.back();
        resuming_.pop_back();
        waiter->application_answered();
    }
}

}  // namespace reverb
