#include "channel/channel_name.h"

#include <algorithm>
#include <cctype>

namespace reverb {

namespace {
// Cannot occur in an application's id as it comes over HTTP, nor in a channel's name.
constexpr char separator = '\0';

bool allowed(unsigned char c) noexcept {
    return std::isalnum(c) != 0 ||
           std::string_view("_-=@,.;").find(static_cast<char>(c)) != std::string_view::npos;
}
}  // namespace

ChannelKind channel_kind(std::string_view name) noexcept {
    ChannelKind kind;
    if (name.starts_with("private-")) {
        kind.restricted = true;
        name.remove_prefix(8);
        if (name.starts_with("encrypted-")) {
            name.remove_prefix(10);
        }
    } else if (name.starts_with("presence-")) {
        kind.restricted = kind.presence = true;
        name.remove_prefix(9);
    }
    kind.cache = name.starts_with("cache-");
    return kind;
}

bool valid_channel_name(std::string_view name) noexcept {
    if (name.empty() || name.size() > max_name_length) {
        return false;
    }
    if (name.front() == '#') {
        name.remove_prefix(1);
    }
    return !name.empty() && std::all_of(name.begin(), name.end(), allowed);
}

bool reserved_channel_name(std::string_view name) noexcept {
    return name.starts_with("#server-to-user-");
}

std::string channel_key(std::string_view app_id, std::string_view channel) {
    std::string key;
    key.reserve(app_id.size() + 1 + channel.size());
    key.append(app_id).push_back(separator);
    return key.append(channel);
}

std::string_view channel_of_key(std::string_view key) noexcept {
    return key.substr(key.find(separator) + 1);
}

std::string_view app_of_key(std::string_view key) noexcept {
    return key.substr(0, key.find(separator));
}

}  // namespace reverb
