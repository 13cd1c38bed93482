// How one logs in to a Redis server or a Sentinel. A pure function; any thread.
#pragma once

#include <string_view>
#include <vector>

#include "server_config.h"

namespace reverb {

// The words of AUTH, which refer to the configuration; none where it has neither a user nor a
// password. A user may have no password: then it is sent an empty one, as Redis' ACL wants.
[[nodiscard]] inline std::vector<std::string_view> redis_login(const RedisConfig& config,
                                                               bool to_sentinel) {
    const std::string_view user = to_sentinel ? config.sentinel_username : config.username;
    const std::string_view password = to_sentinel ? config.sentinel_password : config.password;
    if (!user.empty()) {
        return {"AUTH", user, password};
    }
    if (!password.empty()) {
        return {"AUTH", password};
    }
    return {};
}

}  // namespace reverb
