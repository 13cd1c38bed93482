// Applications that are not in the configuration: whoever embeds the core (a database behind PHP,
// say) is asked for one when its name first comes, answers on a thread of its own, and the answer
// is kept for a while, also that there is none. An application whose time is over is served a while
// longer while it is asked for again, so that nobody waits for what was known a moment ago; one
// with open connections however long ago that was; and all as long as asking fails, so that a
// database that is down keeps nobody out. I/O threads ask and are never blocked: they come again
// when the answer is there.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "app/application_name.h"
#include "app/application_state.h"
#include "app/application_usages.h"
#include "app/found_application.h"
#include "base/string_hash.h"

namespace reverb {

class ApplicationLookups {
  public:
    // Questions that may wait: what comes then is told to try again.
    static constexpr std::size_t max_questions = 1'000;
    // Names kept of which there is no application: anybody can make them up.
    static constexpr std::size_t max_unknown = 10'000;
    // A longer name, or one that is not UTF-8, is nobody's, and is not asked for.
    static constexpr std::size_t longest_name = 255;  // bytes

    // `ttl`: how long an answer holds; `timeout`: how long to wait for one. `asked` is called when
    // there is a question and none waited; `answered` on the thread that answers.
    ApplicationLookups(ApplicationUsages& usages, std::chrono::milliseconds ttl,
                       std::chrono::milliseconds timeout, std::function<void()> asked,
                       std::function<void(const ApplicationName&)> answered);

    // Any thread. `now_ms` is monotonic here and below.
    [[nodiscard]] FoundApplication find(ApplicationName::By by, std::string_view value,
                                        std::uint64_t now_ms);

    // The thread that answers. The next question, each once.
    [[nodiscard]] std::optional<ApplicationName> question();
    // There is such an application, or none. One of another name is taken for none: databases
    // compare more loosely than signatures do.
    void answer(const ApplicationName& name, const std::optional<Application>& application,
                std::uint64_t now_ms);
    // It could not be found out.
    void fail(const ApplicationName& name, std::uint64_t now_ms);

    // Any thread: forgets what no longer holds.
    void expire(std::uint64_t now_ms);

  private:
    struct Entry {
        ApplicationStatePtr application;  // null: there is none, or it is not known yet
        std::uint64_t fresh_until_ms = 0;
        std::uint64_t asked_ms = 0;  // when it was asked for, 0: it is not being asked for
        bool failed = false;
    };
    struct Names {
        StringMap<Entry> entries;
        std::size_t room = max_unknown;  // entries to have before there are too many unknown ones
    };

    [[nodiscard]] Names& names(ApplicationName::By by) noexcept {
        return by == ApplicationName::By::id ? ids_ : keys_;
    }
    [[nodiscard]] static FoundApplication settled(const Entry& entry);
    [[nodiscard]] bool usable(const Entry& entry, std::uint64_t now_ms) const noexcept;
    [[nodiscard]] FoundApplication ask(const ApplicationName& name, Entry& entry,
                                       std::uint64_t now_ms);
    void keep(const ApplicationName& name, ApplicationStatePtr application, std::uint64_t until_ms);
    void make_room(Names& names, std::uint64_t now_ms) const;
    void drop_old(Names& names, std::uint64_t now_ms) const;

    ApplicationUsages& usages_;
    std::uint64_t ttl_ms_;
    std::uint64_t timeout_ms_;
    std::function<void()> asked_;
    std::function<void(const ApplicationName&)> answered_;

    std::shared_mutex mutex_;
    Names ids_;
    Names keys_;
    std::deque<ApplicationName> questions_;
    std::size_t open_questions_ = 0;  // those taken and not answered yet as well
};

}  // namespace reverb
