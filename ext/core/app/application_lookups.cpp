#include "app/application_lookups.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/json.h"

namespace reverb {

namespace {

using State = FoundApplication::State;

// Soon enough for whoever tries again, late enough for a database that is down.
constexpr std::uint64_t failure_holds_ms = 1'000;

const std::string& name_of(const Application& application, ApplicationName::By by) {
    return by == ApplicationName::By::id ? application.id : application.key;
}

}  // namespace

ApplicationLookups::ApplicationLookups(ApplicationUsages& usages, std::chrono::milliseconds ttl,
                                       std::chrono::milliseconds timeout,
                                       std::function<void()> asked,
                                       std::function<void(const ApplicationName&)> answered)
    : usages_(usages),
      ttl_ms_(static_cast<std::uint64_t>(ttl.count())),
      timeout_ms_(static_cast<std::uint64_t>(timeout.count())),
      asked_(std::move(asked)),
      answered_(std::move(answered)) {
}

FoundApplication ApplicationLookups::settled(const Entry& entry) {
    return entry.failed ? FoundApplication(State::unavailable)
                        : FoundApplication(entry.application);
}

// Whether what is known of it may be served once more. While it has connections that is so however
// long nobody asked: their listeners may ask this server over HTTP, on the very thread that answers
// the question.
bool ApplicationLookups::usable(const Entry& entry, std::uint64_t now_ms) const noexcept {
    return entry.application != nullptr && (now_ms < entry.fresh_until_ms + ttl_ms_ ||
                                            entry.application->usage().connections() > 0);
}

FoundApplication ApplicationLookups::find(ApplicationName::By by, std::string_view value,
                                          std::uint64_t now_ms) {
    if (value.empty() || value.size() > longest_name || !valid_utf8(value)) {
        return FoundApplication(State::unknown);
    }
    Names& known = names(by);
    {
        const std::shared_lock lock(mutex_);
        const auto found = known.entries.find(value);
        if (found != known.entries.end() && found->second.asked_ms == 0 &&
            now_ms < found->second.fresh_until_ms) {
            return settled(found->second);
        }
    }
    bool first_question = false;
    FoundApplication found;
    {
        const std::unique_lock lock(mutex_);
        make_room(known, now_ms);
        const std::size_t waiting = questions_.size();
        const auto entry = known.entries.try_emplace(std::string(value)).first;
        found = ask({by, entry->first}, entry->second, now_ms);
        if (entry->second.asked_ms == 0 && entry->second.fresh_until_ms == 0) {
            known.entries.erase(entry);
        }
        first_question = waiting == 0 && !questions_.empty();
    }
    if (first_question) {
        asked_();
    }
    return found;
}

FoundApplication ApplicationLookups::ask(const ApplicationName& name, Entry& entry,
                                         std::uint64_t now_ms) {
    const auto meanwhile = [&](State otherwise) {
        return usable(entry, now_ms) ? FoundApplication(entry.application)
                                     : FoundApplication(otherwise);
    };
    if (entry.asked_ms != 0) {
        return meanwhile(now_ms >= entry.asked_ms + timeout_ms_ ? State::unavailable
                                                                : State::awaited);
    }
    if (now_ms < entry.fresh_until_ms) {
        return settled(entry);
    }
    if (open_questions_ >= max_questions) {
        return meanwhile(State::unavailable);
    }
    entry.asked_ms = std::max<std::uint64_t>(now_ms, 1);
    questions_.push_back(name);
    ++open_questions_;
    return meanwhile(State::awaited);
}

std::optional<ApplicationName> ApplicationLookups::question() {
    const std::unique_lock lock(mutex_);
    if (questions_.empty()) {
        return std::nullopt;
    }
    ApplicationName name = std::move(questions_.front());
    questions_.pop_front();
    return name;
}

void ApplicationLookups::answer(const ApplicationName& name,
                                const std::optional<Application>& application,
                                std::uint64_t now_ms) {
    const bool exists = application && name_of(*application, name.by) == name.value;
    ApplicationName other;
    {
        const std::unique_lock lock(mutex_);
        --open_questions_;
        ApplicationStatePtr state;
        if (exists) {
            state =
                std::make_shared<const ApplicationState>(*application, usages_.of(application->id));
            other.by = name.by == ApplicationName::By::id ? ApplicationName::By::key
                                                          : ApplicationName::By::id;
            other.value = name_of(*application, other.by);
            keep(other, state, now_ms + ttl_ms_);
        }
        keep(name, std::move(state), now_ms + ttl_ms_);
    }
    answered_(name);
    if (exists) {
        answered_(other);
    }
}

void ApplicationLookups::fail(const ApplicationName& name, std::uint64_t now_ms) {
    {
        const std::unique_lock lock(mutex_);
        --open_questions_;
        Entry& entry = names(name.by).entries[name.value];
        const bool keeps = usable(entry, now_ms);
        entry = {keeps ? std::move(entry.application) : nullptr, now_ms + failure_holds_ms, 0,
                 !keeps};
    }
    answered_(name);
}

void ApplicationLookups::keep(const ApplicationName& name, ApplicationStatePtr application,
                              std::uint64_t until_ms) {
    names(name.by).entries[name.value] = {std::move(application), until_ms, 0, false};
}

void ApplicationLookups::expire(std::uint64_t now_ms) {
    {
        const std::unique_lock lock(mutex_);
        drop_old(ids_, now_ms);
        drop_old(keys_, now_ms);
    }
    usages_.forget_unused();
}

void ApplicationLookups::drop_old(Names& names, std::uint64_t now_ms) const {
    std::erase_if(names.entries, [&](const auto& named) {
        const Entry& entry = named.second;
        return entry.asked_ms == 0 && now_ms >= entry.fresh_until_ms && !usable(entry, now_ms);
    });
}

// Looks at all of them, but not again before that many new ones have come.
void ApplicationLookups::make_room(Names& names, std::uint64_t now_ms) const {
    if (names.entries.size() < names.room) {
        return;
    }
    drop_old(names, now_ms);
    std::erase_if(names.entries, [](const auto& named) {
        return named.second.application == nullptr && named.second.asked_ms == 0;
    });
    names.room = names.entries.size() + max_unknown;
}

}  // namespace reverb
