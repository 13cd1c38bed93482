#include "channel/attributes.h"

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

void append_attributes(std::string& out, const Services& services,
                       const ApplicationState& application, std::string_view channel,
                       std::string_view info) {
    const std::string key = channel_key(application.settings().id, channel);
    const ChannelKind kind = channel_kind(channel);
    const Directory::Occupancy occupancy = services.directory.occupancy(key);
    const char* separator = "";
    const auto add = [&](std::string_view name, std::string_view json) {
        out.append(separator).append("\"").append(name).append("\":").append(json);
        separator = ",";
    };
    out += '{';
    if (asked_for(info, "occupied")) {
        add("occupied", occupancy.subscribers > 0 ? "true" : "false");
    }
    if (kind.presence && asked_for(info, "user_count")) {
        add("user_count", std::to_string(occupancy.users));
    }
    if (!kind.presence && asked_for(info, "subscription_count")) {
        add("subscription_count", std::to_string(occupancy.subscribers));
    }
    if (kind.cache && asked_for(info, "cache")) {
        const FramePtr cached = services.directory.cached(key, monotonic_ms());
        add("cache", cached == nullptr ? "null" : frame_payload(*cached));
    }
    out += '}';
}

}  // namespace reverb
