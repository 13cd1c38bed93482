#include "cluster/redis_addresses.h"

#include <charconv>

#include "base/host_port.h"
#include "server_config.h"

namespace reverb {

std::vector<ClientAddress> client_addresses(const std::vector<std::string>& texts,
                                            const std::string& setting) {
    std::vector<ClientAddress> addresses;
    for (const std::string& text : texts) {
        const auto split = split_host_port(text);
        if (!split) {
            std::string what = setting;
            what += " must have a host and a port each, such as redis-1.internal:6379: \"";
            what += text;
            what += "\" given";
            throw ConfigError(setting, what);
        }
        addresses.push_back({split->host, split->port, {}});
    }
    return addresses;
}

std::optional<ClientAddress> master_in(const RedisReply& reply) {
    if (reply.elements.size() != 2) {
        return std::nullopt;
    }
    ClientAddress address;
    address.host = reply.elements[0].text;
    const std::string& port = reply.elements[1].text;
    const auto read = std::from_chars(port.data(), port.data() + port.size(), address.port);
    return read.ec == std::errc{} ? std::optional(address) : std::nullopt;
}

}  // namespace reverb
