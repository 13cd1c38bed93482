#include "channel/presence.h"

#include <algorithm>
#include <utility>

#include "base/json.h"

namespace reverb {

std::pair<std::size_t, bool> Presence::find_or_add(const MemberPtr& member) {
    const auto [place, added] = places_.try_emplace(member->id, users_.size());
    if (added) {
        users_.push_back({member, 0, {}});
    }
    return {place->second, added};
}

bool Presence::remove_unless_held(std::size_t place) {
    const User& user = users_[place];
    if (user.connections > 0 || !user.nodes.empty() || staying_.contains(user.member->id)) {
        return false;
    }
    places_.erase(user.member->id);
    // The last user closes the gap.
    if (place + 1 < users_.size()) {
        users_[place] = std::move(users_.back());
        places_.find(users_[place].member->id)->second = place;
    }
    users_.pop_back();
    ids_.clear();
    hash_.clear();
    listed_ = 0;
    return true;
}

bool Presence::join(const MemberPtr& member) {
    const auto [place, added] = find_or_add(member);
    ++users_[place].connections;
    staying_.erase(member->id);
    return added;
}

bool Presence::leave(const Member& member) {
    const auto place = places_.find(member.id);
    if (place == places_.end() || users_[place->second].connections == 0) {
        return false;
    }
    --users_[place->second].connections;
    return remove_unless_held(place->second);
}

void Presence::leave(const Member& member, Gone gone) {
    if (connections(member.id) == 1) {
        staying_.emplace(member.id, std::move(gone));
    }
    leave(member);
}

bool Presence::settle(const Member& member) {
    auto staying = staying_.extract(member.id);
    if (!staying || !remove_unless_held(places_.at(member.id))) {
        return false;
    }
    staying.mapped()();
    return true;
}

std::vector<MemberPtr> Presence::settle() {
    std::vector<MemberPtr> gone;
    for (const MemberPtr& member : members()) {
        if (settle(*member)) {
            gone.push_back(member);
        }
    }
    return gone;
}

bool Presence::join(NodeId node, const MemberPtr& member) {
    const auto [place, added] = find_or_add(member);
    std::vector<NodeId>& nodes = users_[place].nodes;
    if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) {
        nodes.push_back(node);
    }
    return added;
}

bool Presence::leave(NodeId node, const Member& member) {
    const auto place = places_.find(member.id);
    if (place == places_.end() || std::erase(users_[place->second].nodes, node) == 0) {
        return false;
    }
    return remove_unless_held(place->second);
}

Presence::Changes Presence::replace(const std::vector<Holding>& holdings) {
    Changes changes;
    for (User& user : users_) {
        user.nodes.clear();
    }
    for (const Holding& holding : holdings) {
        if (join(holding.node, holding.member)) {
            changes.came.push_back(holding.member);
        }
    }
    for (const MemberPtr& user : settle()) {
        changes.gone.push_back(user);
    }
    for (std::size_t place = users_.size(); place-- > 0;) {
        const MemberPtr member = users_[place].member;
        if (remove_unless_held(place)) {
            changes.gone.push_back(member);
        }
    }
    return changes;
}

std::uint32_t Presence::connections(std::string_view user_id) const {
    const auto place = places_.find(user_id);
    return place == places_.end() ? 0 : users_[place->second].connections;
}

std::vector<MemberPtr> Presence::members_here() const {
    std::vector<MemberPtr> members;
    for (const User& user : users_) {
        if (user.connections > 0) {
            members.push_back(user.member);
        }
    }
    return members;
}

std::vector<MemberPtr> Presence::members() const {
    std::vector<MemberPtr> members;
    members.reserve(users_.size());
    for (const User& user : users_) {
        members.push_back(user.member);
    }
    return members;
}

std::string Presence::list() {
    std::string entry;
    for (; listed_ < users_.size(); ++listed_) {
        const Member& member = *users_[listed_].member;
        const char* const separator = listed_ == 0 ? "" : ",";
        append_json_escaped(ids_.append(separator), member.id_json);
        entry.clear();
        append_json_string(entry, member.id);
        entry.append(":").append(member.info_json);
        append_json_escaped(hash_.append(separator), entry);
    }
    constexpr std::size_t frame_of_lists = 64;
    std::string list;
    list.reserve(frame_of_lists + ids_.size() + hash_.size());
    list.append(R"({\"count\":)").append(std::to_string(users_.size()));
    list.append(R"(,\"ids\":[)").append(ids_);
    list.append(R"(],\"hash\":{)").append(hash_).append("}}");
    return list;
}

}  // namespace reverb
