#include "channel/attributes.h"

#include <algorithm>

#include "base/clock.h"
#include "channel/channel_name.h"

namespace reverb {

bool asked_for(std::string_view info, std::string_view attribute) noexcept {
    while (!info.empty()) {
        const auto comma = info.find(',');
        if (info.substr(0, comma) == attribute) {
            return true;
        }
        info.remove_prefix(comma == std::string_view::npos ? info.size() : comma + 1);
    }
    return false;
}

namespace {

// What the channel holds, as JSON. Redis knows better than a node without subscribers there.
std::string cached_event(const Services& services, const std::string& key, std::string_view channel,
                         const Facts* facts) {
    if (facts != nullptr) {
        if (const auto cached = facts->cached.find(channel); cached != facts->cached.end()) {
            return cached->second;
        }
    }
    const FramePtr cached = services.directory.cached(key, monotonic_ms()).event;
    return cached == nullptr ? "null" : std::string(frame_payload(*cached));
}

}  // namespace

void append_attributes(std::string& out, const Services& services,
                       const ApplicationState& application, std::string_view channel,
                       std::string_view info, const Facts* facts) {
    const std::string key = channel_key(application.settings().id, channel);
    const Directory::Occupancy occupancy = services.directory.occupancy(key);
    KnownChannel known;
    known.subscribers = occupancy.subscribers;
    known.users = occupancy.users;
    if (facts != nullptr) {
        if (const auto others = facts->channels.find(channel); others != facts->channels.end()) {
            known.subscribers += others->second.subscribers;
            // Whoever has a subscriber knows the users of all nodes.
            known.users = std::max(known.users, others->second.users);
        }
    }
    if (channel_kind(channel).cache && asked_for(info, "cache")) {
        known.cached = cached_event(services, key, channel, facts);
    }
    append_attributes(out, channel, info, known);
}

void append_attributes(std::string& out, std::string_view channel, std::string_view info,
                       const KnownChannel& known) {
    const ChannelKind kind = channel_kind(channel);
    const char* separator = "";
    const auto add = [&](std::string_view name, std::string_view json) {
        out.append(separator).append("\"").append(name).append("\":").append(json);
        separator = ",";
    };
    out += '{';
    if (asked_for(info, "occupied")) {
        add("occupied", known.subscribers > 0 ? "true" : "false");
    }
    if (kind.presence && asked_for(info, "user_count")) {
        add("user_count", std::to_string(known.users));
    }
    if (!kind.presence && asked_for(info, "subscription_count")) {
        add("subscription_count", std::to_string(known.subscribers));
    }
    if (kind.cache && asked_for(info, "cache")) {
        add("cache", known.cached);
    }
    out += '}';
}

}  // namespace reverb
