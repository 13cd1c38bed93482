// What is wrong with a Redis, in words for people that name the server and the setting. Pure
// functions; never a password.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/client_address.h"

namespace reverb {

// Who is spoken of, and where its address comes from.
struct RedisParty {
    enum class Origin : std::uint8_t { host, sentinels, cluster };

    ClientAddress address;
    Origin origin = Origin::host;
    bool is_sentinel = false;
    bool tls = false;

    // "Redis at 127.0.0.1:6379", "Redis Sentinel at …".
    [[nodiscard]] std::string name() const;
};

// It could not be opened.
[[nodiscard]] std::string redis_unreachable(const RedisParty& party, const std::string& why);
// TLS could not be agreed on.
[[nodiscard]] std::string redis_without_tls(const RedisParty& party, const std::string& why);
// It was opened, and answered nothing.
[[nodiscard]] std::string redis_silent(const RedisParty& party, std::chrono::milliseconds timeout);
// It was opened, and ended before anything was answered.
[[nodiscard]] std::string redis_hung_up(const RedisParty& party, const std::string& why);
// It answered with an error where it must not.
[[nodiscard]] std::string redis_refusal(const RedisParty& party, std::string_view error);
// A Sentinel that does not watch it.
[[nodiscard]] std::string redis_unknown_service(const RedisParty& party,
                                                const std::string& service);
// It is not a master, but what ROLE says.
[[nodiscard]] std::string redis_wrong_role(const RedisParty& party, const std::string& role);

}  // namespace reverb
