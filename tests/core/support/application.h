// The application that tests use, and the signatures a client needs for it. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "app/application.h"
#include "base/hmac.h"

namespace reverb::testing {

[[nodiscard]] inline Application test_application() {
    Application application;
    application.id = "app-id";
    application.key = "app-key";
    application.secret = "app-secret";
    return application;
}

// `auth` of a subscription to a private or presence channel.
[[nodiscard]] inline std::string channel_auth(const Application& application,
                                              std::string_view socket_id, std::string_view channel,
                                              std::string_view channel_data = {}) {
    std::string text = std::string(socket_id) + ":" + std::string(channel);
    if (!channel_data.empty()) {
        text += ":" + std::string(channel_data);
    }
    return application.key + ":" + hmac_sha256_hex(application.secret, text);
}

}  // namespace reverb::testing
