// What the HTTP API tells of a channel, as far as it was asked for (`info`). Any thread.
// https://pusher.com/docs/channels/library_auth_reference/rest-api#channels-fetch-info-for-multiple-channels
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cluster/facts.h"
#include "services.h"

namespace reverb {

// Whether a comma-separated list of attributes names that one.
[[nodiscard]] bool asked_for(std::string_view info, std::string_view attribute) noexcept;

// Appends a JSON object: `occupied`, `user_count` (presence channels), `subscription_count`
// (others), `cache` (cache channels: the event they hold, or null). Attributes of other names, and
// those that a channel of that kind does not have, are left out. `facts`: what other nodes say of
// the channel, or null.
void append_attributes(std::string& out, const Services& services,
                       const ApplicationState& application, std::string_view channel,
                       std::string_view info, const Facts* facts = nullptr);

// The same of a channel of which this is known.
struct KnownChannel {
    std::uint64_t subscribers = 0;
    std::uint64_t users = 0;
    std::string cached = "null";  // the event it holds, as JSON
};
void append_attributes(std::string& out, std::string_view channel, std::string_view info,
                       const KnownChannel& known);

}  // namespace reverb
