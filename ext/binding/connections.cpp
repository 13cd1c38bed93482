#include "binding/connections.h"

#include <unistd.h>

#include <string_view>

namespace reverb::binding {

namespace {

// All there is to a target, each part behind its length so that no two targets share a name.
std::string name_of(const PublisherTarget& target) {
    std::string name;
    for (const std::string_view part :
         {std::string_view(target.socket), std::string_view(target.host),
          std::string_view(target.path), std::string_view(target.key),
          std::string_view(target.secret)}) {
        name += std::to_string(part.size());
        name += ':';
        name += part;
    }
    name += std::to_string(target.port);
    name += '/';
    name += std::to_string(target.connect_timeout.count());
    name += '/';
    name += std::to_string(target.timeout.count());
    return name;
}

}  // namespace

Connections::Connections() : pid_(getpid()) {
}

PublisherConnection& Connections::of(const PublisherTarget& target) {
    forget_those_of_parent();
    std::unique_ptr<PublisherConnection>& connection = by_target_[name_of(target)];
    if (!connection) {
        connection = PublisherConnection::open(target);
    }
    return *connection;
}

void Connections::close(const PublisherTarget& target) {
    forget_those_of_parent();
    const auto entry = by_target_.find(name_of(target));
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
    const pid_t pid = getpid();
    if (pid_ == pid) {
        return;
    }
    // Closes this process's descriptors and sends nothing: the parent goes on with its own.
    for (const auto& entry : by_target_) {
        entry.second->close();
    }
    by_target_.clear();
    pid_ = pid;
}

}  // namespace reverb::binding
