// What a channel's name says: its kind by prefix, and whether it may exist at all. Pure functions.
// https://pusher.com/docs/channels/using_channels/channels#channel-naming-conventions
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reverb {

inline constexpr std::size_t max_name_length = 200;  // of a channel's and of an event's name

struct ChannelKind {
    bool restricted = false;  // private or presence: a subscription must be signed
    bool presence = false;
    bool cache = false;
};

// By prefix, the dash included: private-, presence-, cache-, private-cache-, presence-cache-,
// private-encrypted-, private-encrypted-cache-.
[[nodiscard]] ChannelKind channel_kind(std::string_view name) noexcept;

// 1 to 200 of A-Z a-z 0-9 _ - = @ , . ; with one # allowed in front.
[[nodiscard]] bool valid_channel_name(std::string_view name) noexcept;

// Names that only the server may subscribe a client to.
[[nodiscard]] bool reserved_channel_name(std::string_view name) noexcept;

// A channel among all of the process: application and name in one string.
[[nodiscard]] std::string channel_key(std::string_view app_id, std::string_view channel);
[[nodiscard]] std::string_view channel_of_key(std::string_view key) noexcept;
[[nodiscard]] std::string_view app_of_key(std::string_view key) noexcept;

}  // namespace reverb
