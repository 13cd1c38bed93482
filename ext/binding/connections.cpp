#include "binding/connections.h"

namespace reverb::binding {

PublisherConnection& Connections::of(const PublisherTarget& target) {
    forget_those_of_parent();
    std::unique_ptr<PublisherConnection>& connection = by_target_[target];
    if (!connection) {
        connection = PublisherConnection::open(target);
    }
    return *connection;
}

void Connections::close(const PublisherTarget& target) {
    forget_those_of_parent();
    const auto entry = by_target_.find(target);
    if (entry != by_target_.end()) {
        entry->second->close();
        by_target_.erase(entry);
    }
}

void Connections::end_request() noexcept {
    forget_those_of_parent();
    std::erase_if(by_target_, [](const auto& entry) {
        return entry.second->busy() || !entry.second->connected();
    });
}

void Connections::forget_those_of_parent() noexcept {
    if (process_.is_current()) {
        return;
    }
    // Closes this process's descriptors and sends nothing: the parent goes on with its own.
    for (const auto& entry : by_target_) {
        entry.second->close();
    }
    by_target_.clear();
    process_ = {};
}

}  // namespace reverb::binding
