#include "channel/presence.h"

#include <utility>

#include "base/json.h"

namespace reverb {

bool Presence::join(const MemberPtr& member) {
    const auto [place, first] = places_.try_emplace(member->id, users_.size());
    if (!first) {
        ++users_[place->second].connections;
        return false;
    }
    users_.push_back({member, 1});
    json_.clear();
    return true;
}

bool Presence::leave(const Member& member) {
    const auto place = places_.find(member.id);
    if (place == places_.end() || --users_[place->second].connections > 0) {
        return false;
    }
    // The last user closes the gap.
    const std::size_t gap = place->second;
    places_.erase(place);
    if (gap + 1 < users_.size()) {
        users_[gap] = std::move(users_.back());
        places_.find(users_[gap].member->id)->second = gap;
    }
    users_.pop_back();
    json_.clear();
    return true;
}

const std::string& Presence::json() {
    if (!json_.empty()) {
        return json_;
    }
    json_ = "{\"count\":" + std::to_string(users_.size()) + ",\"ids\":[";
    const char* separator = "";
    for (const User& user : users_) {
        json_.append(separator).append(user.member->id_json);
        separator = ",";
    }
    json_ += "],\"hash\":{";
    separator = "";
    for (const User& user : users_) {
        json_ += separator;
        append_json_string(json_, user.member->id);
        json_.append(":").append(user.member->info_json);
        separator = ",";
    }
    json_ += "}}";
    return json_;
}

std::string Presence::ids_json() const {
    std::string json = "[";
    for (const User& user : users_) {
        json.append(json.size() > 1 ? "," : "").append("{\"id\":");
        json.append(user.member->id_json).append("}");
    }
    return json + "]";
}

}  // namespace reverb
