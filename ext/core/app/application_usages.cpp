#include "app/application_usages.h"

namespace reverb {

std::shared_ptr<ApplicationUsage> ApplicationUsages::of(std::string_view id) {
    const std::scoped_lock lock(mutex_);
    auto& usage = usages_[std::string(id)];
    if (usage == nullptr) {
        usage = std::make_shared<ApplicationUsage>(threads_);
    }
    return usage;
}

std::shared_ptr<ApplicationUsage> ApplicationUsages::find(std::string_view id) const {
    const std::scoped_lock lock(mutex_);
    const auto found = usages_.find(id);
    return found == usages_.end() ? nullptr : found->second;
}

void ApplicationUsages::each(
    const std::function<void(const std::string&, const ApplicationUsage&)>& visit) const {
    const std::scoped_lock lock(mutex_);
    for (const auto& [id, usage] : usages_) {
        visit(id, *usage);
    }
}

// Copies are made of this one under the lock, or of copies: one that is alone stays alone.
void ApplicationUsages::forget_unused() {
    const std::scoped_lock lock(mutex_);
    std::erase_if(usages_, [](const auto& entry) { return entry.second.use_count() == 1; });
}

}  // namespace reverb
