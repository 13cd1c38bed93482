// The members of one presence channel: users, each once however many connections they have. Joins
// and leaves are O(1); the list's JSON is made when it is asked for after a change. Not
// thread-safe: guarded by the directory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/string_hash.h"
#include "channel/member.h"

namespace reverb {

class Presence {
  public:
    // True when the user was not there yet.
    bool join(const MemberPtr& member);
    // True when that was the user's last connection.
    bool leave(const Member& member);
    [[nodiscard]] std::size_t users() const noexcept { return users_.size(); }

    // {"count":1,"ids":[1],"hash":{"1":{…}}}
    [[nodiscard]] const std::string& json();
    // [{"id":1}]
    [[nodiscard]] std::string ids_json() const;

  private:
    struct User {
        MemberPtr member;  // as the first of its connections said
        std::uint32_t connections;
    };

    std::vector<User> users_;
    StringMap<std::size_t> places_;  // of each user id in users_
    std::string json_;               // empty: not made since the last change
};

}  // namespace reverb
