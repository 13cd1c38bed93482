// Subscriptions of one I/O thread that wait until the cluster is ready for their channel. Each
// keeps its channel reserved in the directory. Owned by that thread's IoLoop, used on it alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/string_hash.h"
#include "channel/member.h"

namespace reverb {

class Session;

class PendingSubscriptions {
  public:
    struct Pending {
        Session* session = nullptr;
        std::string key;   // see channel_key()
        MemberPtr member;  // null but on presence channels
        std::uint64_t since_ms = 0;
    };

    // A second one of the same session for the same channel takes the place of the first: returns
    // whether there was none.
    bool add(Pending pending);
    // False where there is none.
    bool remove(const Session& session, std::string_view key);
    // The keys of all that the session had.
    std::vector<std::string> remove(const Session& session);

    // Takes those for the channel, and those that wait since then or longer.
    [[nodiscard]] std::vector<Pending> take(std::string_view key);
    [[nodiscard]] std::vector<Pending> take_overdue(std::uint64_t since_ms);

  private:
    StringMap<std::vector<Pending>> by_key_;
};

}  // namespace reverb
