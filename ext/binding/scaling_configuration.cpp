#include "binding/scaling_configuration.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/host_port.h"
#include "binding/setting_keys.h"

namespace reverb::binding {

namespace {

using std::chrono::milliseconds;

std::string secret_or_empty(const Setting& setting) {
    return setting.is_empty_text() ? std::string() : setting.secret();
}

std::vector<std::string> host_ports(const Setting& setting) {
    std::vector<std::string> addresses;
    for (const Setting& address : setting.list()) {
        if (!split_host_port(address.filled_text())) {
            address.refuse("an address and a port, such as \"10.0.0.1:6379\"");
        }
        addresses.push_back(address.text());
    }
    return addresses;
}

constexpr std::array<Key<RedisConfig>, 21> redis_keys{{
    {"host", [](const Setting& s, RedisConfig& redis) { redis.host = s.text(); }},
    {"port",
     [](const Setting& s, RedisConfig& redis) {
         redis.port = static_cast<std::uint16_t>(s.integer(1, 65'535));
     }},
    {"path", [](const Setting& s, RedisConfig& redis) { redis.path = s.text(); }},
    {"username", [](const Setting& s, RedisConfig& redis) { redis.username = s.text(); }},
    {"password", [](const Setting& s, RedisConfig& redis) { redis.password = secret_or_empty(s); }},
    {"database",
     [](const Setting& s, RedisConfig& redis) {
         redis.database =
             static_cast<unsigned>(s.integer(0, std::numeric_limits<std::int32_t>::max()));
     }},
    {"tls", [](const Setting& s, RedisConfig& redis) { redis.tls = s.boolean(); }},
    {"ca_file", [](const Setting& s, RedisConfig& redis) { redis.ca_file = s.text(); }},
    {"ca_path", [](const Setting& s, RedisConfig& redis) { redis.ca_path = s.text(); }},
    {"certificate_file",
     [](const Setting& s, RedisConfig& redis) { redis.certificate_file = s.text(); }},
    {"private_key_file",
     [](const Setting& s, RedisConfig& redis) { redis.private_key_file = s.text(); }},
    {"verify_peer", [](const Setting& s, RedisConfig& redis) { redis.verify_peer = s.boolean(); }},
    {"peer_name", [](const Setting& s, RedisConfig& redis) { redis.peer_name = s.text(); }},
    {"sentinels", [](const Setting& s, RedisConfig& redis) { redis.sentinels = host_ports(s); }},
    {"service", [](const Setting& s, RedisConfig& redis) { redis.service = s.filled_text(); }},
    {"sentinel_username",
     [](const Setting& s, RedisConfig& redis) { redis.sentinel_username = s.text(); }},
    {"sentinel_password",
     [](const Setting& s, RedisConfig& redis) { redis.sentinel_password = secret_or_empty(s); }},
    {"cluster", [](const Setting& s, RedisConfig& redis) { redis.cluster = host_ports(s); }},
    {"connect_timeout",
     [](const Setting& s, RedisConfig& redis) {
         redis.connect_timeout = s.seconds(milliseconds(1));
     }},
    {"ping_interval", [](const Setting& s,
                         RedisConfig& redis) { redis.ping_interval = s.seconds(milliseconds(1)); }},
    {"ping_timeout",
     [](const Setting& s, RedisConfig& redis) { redis.ping_timeout = s.seconds(milliseconds(1)); }},
}};

void read_connections(const Setting& setting, ScalingConfig& scaling) {
    const std::string connections = setting.text();
    if (connections != "node" && connections != "cluster") {
        setting.refuse("\"node\" or \"cluster\"");
    }
    scaling.connections_of_cluster = connections == "cluster";
}

constexpr std::array<Key<ScalingConfig>, 5> scaling_keys{{
    {"enabled", [](const Setting& s, ScalingConfig& scaling) { scaling.enabled = s.boolean(); }},
    {"channel",
     [](const Setting& s, ScalingConfig& scaling) { scaling.channel = s.filled_text(); }},
    {"prefix", [](const Setting& s, ScalingConfig& scaling) { scaling.prefix = s.text(); }},
    {"connections", read_connections},
    {"server",
     [](const Setting& s, ScalingConfig& scaling) {
         read_all<RedisConfig>(s.map(), redis_keys, scaling.redis);
     }},
}};

void refuse_setting(const std::string& name, const std::string& why) {
    throw ConfigError(name, name + " " + why);
}

// What each setting alone does not show.
void check_scaling(const ScalingConfig& scaling) {
    const RedisConfig& redis = scaling.redis;
    if (!redis.sentinels.empty() && !redis.cluster.empty()) {
        refuse_setting(
            "scaling.server.cluster",
            "and scaling.server.sentinels are both set: a Redis Cluster has no Sentinels");
    }
    if (!redis.cluster.empty() && redis.database != 0) {
        refuse_setting("scaling.server.database", "must be 0 with a Redis Cluster, " +
                                                      std::to_string(redis.database) + " given");
    }
    if (redis.host.empty() && redis.path.empty() && redis.sentinels.empty() &&
        redis.cluster.empty()) {
        refuse_setting("scaling.server.host",
                       "is empty, and neither path, sentinels nor cluster says where Redis is");
    }
}

}  // namespace

void read_scaling(const Setting& setting, ScalingConfig& scaling) {
    read_all<ScalingConfig>(setting.map(), scaling_keys, scaling);
    check_scaling(scaling);
}

}  // namespace reverb::binding
