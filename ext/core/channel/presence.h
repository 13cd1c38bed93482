// The members of one presence channel: users, each once however many connections they have, here
// and on other nodes. Joins and leaves are O(1); the list goes to everybody who joins, so it is
// kept as it is sent, and made anew only after somebody left. Not thread-safe: guarded by the
// directory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/node_id.h"
#include "base/string_hash.h"
#include "channel/member.h"

namespace reverb {

// That another node has a connection of a user.
struct Holding {
    NodeId node;
    MemberPtr member;
};

class Presence {
  public:
    using Gone = std::function<void()>;

    // What a change of other nodes' holdings means to the channel.
    struct Changes {
        std::vector<MemberPtr> came;
        std::vector<MemberPtr> gone;
    };

    // A connection here. True when the user was not there yet.
    bool join(const MemberPtr& member);
    // True when the user is gone: that was its last connection, and no other node has one.
    bool leave(const Member& member);
    // The same of a user that stays until settle() where that was its last connection here; `gone`
    // is called when it turns out to be gone.
    void leave(const Member& member, Gone gone);
    // A user that stayed, and did not come back: true when it is gone.
    bool settle(const Member& member);
    // All that stayed: returns who is gone.
    [[nodiscard]] std::vector<MemberPtr> settle();
    [[nodiscard]] std::size_t users() const noexcept { return users_.size(); }

    // The same of a node that has, or no longer has, connections of the user.
    bool join(NodeId node, const MemberPtr& member);
    bool leave(NodeId node, const Member& member);
    // All that other nodes have, in place of what was known.
    [[nodiscard]] Changes replace(const std::vector<Holding>& holdings);

    // How many the user has here.
    [[nodiscard]] std::uint32_t connections(std::string_view user_id) const;
    [[nodiscard]] bool here(std::string_view user_id) const { return connections(user_id) > 0; }
    [[nodiscard]] std::vector<MemberPtr> members_here() const;
    [[nodiscard]] std::vector<MemberPtr> members() const;

    // {"count":1,"ids":[1],"hash":{"1":{…}}}, as it stands inside of a JSON string.
    [[nodiscard]] std::string list();

  private:
    struct User {
        MemberPtr member;           // as the first of its connections said
        std::uint32_t connections;  // here
        std::vector<NodeId> nodes;  // others that have it
    };

    // The user's place, and whether it is new.
    std::pair<std::size_t, bool> find_or_add(const MemberPtr& member);
    // True when nobody has the user any more.
    bool remove_unless_held(std::size_t place);

    std::vector<User> users_;
    StringMap<std::size_t> places_;  // of each user id in users_
    StringMap<Gone> staying_;        // users without a connection here, until they are settled
    // Of the list, the first `listed_` of users_.
    std::string ids_;
    std::string hash_;
    std::size_t listed_ = 0;
};

}  // namespace reverb
