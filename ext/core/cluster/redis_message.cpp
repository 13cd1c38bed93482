#include "cluster/redis_message.h"

namespace reverb {

namespace {

// A server may say as much as it likes.
constexpr std::size_t longest_error = 200;

std::string settings_of_address(const RedisParty& party) {
    switch (party.origin) {
        case RedisParty::Origin::sentinels:
            return party.is_sentinel ? "scaling.server.sentinels" : "scaling.server.service";
        case RedisParty::Origin::cluster:
            return "scaling.server.cluster";
        case RedisParty::Origin::host:
            break;
    }
    return party.address.path.empty() ? "scaling.server.host and scaling.server.port"
                                      : "scaling.server.path";
}

std::string settings_of_login(const RedisParty& party) {
    return party.is_sentinel
               ? "scaling.server.sentinel_username and scaling.server.sentinel_password"
               : "scaling.server.username and scaling.server.password";
}

// What to do about it, or nothing where time heals it.
std::string advice(const RedisParty& party, std::string_view error) {
    const std::string_view code = error.substr(0, error.find(' '));
    if (code == "NOAUTH" || code == "WRONGPASS" || error.starts_with("ERR AUTH")) {
        return " Check " + settings_of_login(party) + ".";
    }
    if (error.starts_with("ERR DB index")) {
        return " Check scaling.server.database.";
    }
    if (code == "NOPERM") {
        return " Check what the user of " + settings_of_login(party) + " may do.";
    }
    if (code == "DENIED") {
        return " Give it a password, or let it listen where this host is trusted.";
    }
    return {};
}

}  // namespace

std::string RedisParty::name() const {
    return (is_sentinel ? "Redis Sentinel at " : "Redis at ") + address.text();
}

std::string redis_unreachable(const RedisParty& party, const std::string& why) {
    return party.name() + " cannot be reached: " + why + ". Check " + settings_of_address(party) +
           ".";
}

std::string redis_without_tls(const RedisParty& party, const std::string& why) {
    return "TLS with " + party.name() + " cannot be agreed on: " + why +
           ". Check scaling.server.ca_file, scaling.server.peer_name and "
           "scaling.server.certificate_file, and that it speaks TLS.";
}

std::string redis_silent(const RedisParty& party, std::chrono::milliseconds timeout) {
    return party.name() + " took the connection and has not answered within " +
           std::to_string(timeout.count()) + " ms.";
}

std::string redis_hung_up(const RedisParty& party, const std::string& why) {
    return party.name() + " ended the connection before it answered: " + why + "." +
           (party.tls ? "" : " Check whether it wants TLS (scaling.server.scheme).");
}

std::string redis_refusal(const RedisParty& party, std::string_view error) {
    std::string text = party.name() + " refuses: ";
    text += error.substr(0, longest_error);
    if (text.back() != '.') {
        text += '.';
    }
    return text + advice(party, error);
}

std::string redis_unknown_service(const RedisParty& party, const std::string& service) {
    return party.name() + " knows no master \"" + service + "\". Check scaling.server.service.";
}

std::string redis_wrong_role(const RedisParty& party, const std::string& role) {
    const std::string what = role == "slave" ? "a replica" : "a " + role;
    return party.name() + " is " + what + ", not a master. Check " + settings_of_address(party) +
           ".";
}

}  // namespace reverb
