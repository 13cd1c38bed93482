#include "pusher/pending_subscriptions.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace reverb {

bool PendingSubscriptions::add(Pending pending) {
    std::vector<Pending>& list = by_key_[pending.key];
    const auto same = std::ranges::find(list, pending.session, &Pending::session);
    if (same != list.end()) {
        same->member = std::move(pending.member);
        return false;
    }
    list.push_back(std::move(pending));
    return true;
}

bool PendingSubscriptions::remove(const Session& session, std::string_view key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) {
        return false;
    }
    const bool removed = std::erase_if(found->second, [&](const Pending& pending) {
                             return pending.session == &session;
                         }) > 0;
    if (found->second.empty()) {
        by_key_.erase(found);
    }
    return removed;
}

std::vector<std::string> PendingSubscriptions::remove(const Session& session) {
    std::vector<std::string> keys;
    for (const auto& [key, list] : by_key_) {
        if (std::ranges::find(list, &session, &Pending::session) != list.end()) {
            keys.push_back(key);
        }
    }
    for (const std::string& key : keys) {
        remove(session, key);
    }
    return keys;
}

std::vector<PendingSubscriptions::Pending> PendingSubscriptions::take(std::string_view key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) {
        return {};
    }
    std::vector<Pending> taken = std::move(found->second);
    by_key_.erase(found);
    return taken;
}

std::vector<PendingSubscriptions::Pending> PendingSubscriptions::take_overdue(
    std::uint64_t since_ms) {
    std::vector<Pending> taken;
    for (auto& [key, list] : by_key_) {
        const auto overdue = std::partition(list.begin(), list.end(), [&](const Pending& pending) {
            return pending.since_ms > since_ms;
        });
        std::move(overdue, list.end(), std::back_inserter(taken));
        list.erase(overdue, list.end());
    }
    std::erase_if(by_key_, [](const auto& entry) { return entry.second.empty(); });
    return taken;
}

}  // namespace reverb
