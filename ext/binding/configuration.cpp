#include "binding/configuration.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "app/application.h"
#include "base/deflate.h"
#include "binding/scaling_configuration.h"
#include "binding/setting.h"
#include "binding/setting_keys.h"
#include "channel/directory.h"

namespace reverb::binding {

namespace {

using std::chrono::milliseconds;

constexpr std::int64_t largest_size = 1LL << 30;  // bytes of any one limit
constexpr std::string_view ways_to_publish =
    "a socket, or host, port, key and secret, or scaling that is enabled";
constexpr std::int64_t largest_count = std::numeric_limits<std::uint32_t>::max();

void require(bool given, const std::string& name, std::string_view what) {
    if (!given) {
        throw ConfigError(name, name + " is missing: " + std::string(what));
    }
}

std::uint32_t count(const Setting& setting, std::int64_t least = 1) {
    return static_cast<std::uint32_t>(setting.integer(least, largest_count));
}

std::size_t size(const Setting& setting) {
    return static_cast<std::size_t>(setting.integer(1, largest_size));
}

std::string text_or_null(const Setting& setting) {
    return setting.is_null() ? std::string() : setting.text();
}

constexpr std::array<Key<TlsConfig>, 3> tls_keys{{
    {"local_cert",
     [](const Setting& s, TlsConfig& tls) { tls.certificate_file = text_or_null(s); }},
    {"local_pk", [](const Setting& s, TlsConfig& tls) { tls.private_key_file = text_or_null(s); }},
    {"passphrase",
     [](const Setting& s, TlsConfig& tls) {
         if (!s.is_null()) {
             tls.passphrase = s.secret();
         }
     }},
}};

constexpr std::array<Key<CompressionConfig>, 3> compression_keys{{
    {"enabled", [](const Setting& s, CompressionConfig& config) { config.enabled = s.boolean(); }},
    {"threshold",
     [](const Setting& s, CompressionConfig& config) {
         config.threshold = static_cast<std::size_t>(s.integer(0, largest_size));
     }},
    {"level",
     [](const Setting& s, CompressionConfig& config) {
         config.level =
             static_cast<int>(s.integer(Deflater::lowest_level, Deflater::highest_level));
     }},
}};

constexpr std::array<Key<RateLimit>, 4> rate_limit_keys{{
    {"enabled", [](const Setting& s, RateLimit& limit) { limit.enabled = s.boolean(); }},
    {"max_attempts", [](const Setting& s, RateLimit& limit) { limit.max_attempts = count(s); }},
    {"decay_seconds", [](const Setting& s, RateLimit& limit) { limit.decay_seconds = count(s); }},
    {"terminate_on_limit",
     [](const Setting& s, RateLimit& limit) { limit.terminate_on_limit = s.boolean(); }},
}};

void read_client_events(const Setting& setting, Application& app) {
    const std::string from = setting.text();
    if (from == "all") {
        app.accept_client_events_from = ClientEvents::all;
    } else if (from == "members") {
        app.accept_client_events_from = ClientEvents::members;
    } else if (from == "none") {
        app.accept_client_events_from = ClientEvents::off;
    } else {
        setting.refuse("\"all\", \"members\" or \"none\"");
    }
}

void read_origins(const Setting& setting, Application& app) {
    app.allowed_origins.clear();
    for (const Setting& origin : setting.list()) {
        app.allowed_origins.push_back(origin.filled_text());
    }
}

constexpr std::array<Key<Application>, 10> app_keys{{
    {"app_id", [](const Setting& s, Application& app) { app.id = s.filled_text(); }},
    {"key", [](const Setting& s, Application& app) { app.key = s.filled_text(); }},
    {"secret", [](const Setting& s, Application& app) { app.secret = s.secret(); }},
    {"ping_interval", [](const Setting& s, Application& app) { app.ping_interval = count(s); }},
    {"activity_timeout",
     [](const Setting& s, Application& app) { app.activity_timeout = count(s); }},
    {"allowed_origins", read_origins},
    {"max_connections",
     [](const Setting& s, Application& app) {
         if (!s.is_null()) {
             app.max_connections = count(s, 0);
         }
     }},
    {"max_message_size",
     [](const Setting& s, Application& app) {
         app.max_message_size = static_cast<std::uint32_t>(size(s));
     }},
    {"accept_client_events_from", read_client_events},
    {"rate_limiting",
     [](const Setting& s, Application& app) {
         read_all<RateLimit>(s.map(), rate_limit_keys, app.rate_limit);
     }},
}};

Application read_app(const Setting& entry) {
    Application app;
    read_all<Application>(entry.map(), app_keys, app);
    require(!app.id.empty(), entry.name() + ".app_id", "the application's id");
    require(!app.key.empty(), entry.name() + ".key", "the key that clients connect with");
    require(!app.secret.empty(), entry.name() + ".secret", "what signatures are made with");
    return app;
}

void read_apps(const Setting& setting, ServerConfig& config) {
    for (const Setting& entry : setting.list()) {
        config.apps.push_back(read_app(entry));
    }
}

void read_trusted_proxies(const Setting& setting, ServerConfig& config) {
    for (const Setting& proxy : setting.list()) {
        config.trusted_proxies.push_back(proxy.filled_text());
    }
}

void read_socket_mode(const Setting& setting, ServerConfig& config) {
    if (!setting.is_integer(0, 0777)) {
        setting.refuse("permission bits from 0 to 0777, such as 0660, as an integer");
    }
    config.socket_mode = static_cast<unsigned>(setting.integer(0, 0777));
}

constexpr std::array<Key<ServerConfig>, 25> server_keys{{
    {"host", [](const Setting& s, ServerConfig& config) { config.host = s.filled_text(); }},
    {"port",
     [](const Setting& s, ServerConfig& config) {
         config.port = static_cast<std::uint16_t>(s.integer(0, 65'535));
     }},
    {"path", [](const Setting& s, ServerConfig& config) { config.path = s.text(); }},
    {"tls", [](const Setting& s,
               ServerConfig& config) { read_all<TlsConfig>(s.map(), tls_keys, config.tls); }},
    {"trusted_proxies", read_trusted_proxies},
    {"compression",
     [](const Setting& s, ServerConfig& config) {
         read_all<CompressionConfig>(s.map(), compression_keys, config.compression);
     }},
    {"socket", [](const Setting& s, ServerConfig& config) { config.socket = text_or_null(s); }},
    {"socket_mode", read_socket_mode},
    {"socket_required",
     [](const Setting& s, ServerConfig& config) { config.socket_required = s.boolean(); }},
    {"threads",
     [](const Setting& s, ServerConfig& config) {
         config.threads = static_cast<unsigned>(s.integer(0, reverb::Directory::max_threads));
     }},
    {"max_request_size",
     [](const Setting& s, ServerConfig& config) { config.max_request_size = size(s); }},
    {"outbox_limit", [](const Setting& s, ServerConfig& config) { config.outbox_limit = size(s); }},
    {"outbox_soft_limit",
     [](const Setting& s, ServerConfig& config) { config.outbox_soft_limit = size(s); }},
    {"outbox_grace",
     [](const Setting& s, ServerConfig& config) {
         config.outbox_grace = s.seconds(milliseconds(0));
     }},
    {"handshake_timeout",
     [](const Setting& s, ServerConfig& config) {
         config.handshake_timeout = s.seconds(milliseconds(1));
     }},
    {"drain_delay", [](const Setting& s,
                       ServerConfig& config) { config.drain_delay = s.seconds(milliseconds(0)); }},
    {"drain_window",
     [](const Setting& s, ServerConfig& config) {
         config.drain_window = s.seconds(milliseconds(0));
     }},
    {"drain_timeout",
     [](const Setting& s, ServerConfig& config) {
         config.drain_timeout = s.seconds(milliseconds(0));
     }},
    {"cache_ttl", [](const Setting& s,
                     ServerConfig& config) { config.cache_ttl = std::chrono::seconds(count(s)); }},
    {"auth_timestamp_tolerance",
     [](const Setting& s, ServerConfig& config) {
         config.auth_timestamp_tolerance = std::chrono::seconds(count(s, 0));
     }},
    {"application_ttl",
     [](const Setting& s, ServerConfig& config) {
         config.application_ttl = std::chrono::seconds(count(s));
     }},
    {"application_timeout",
     [](const Setting& s, ServerConfig& config) {
         config.application_timeout = s.seconds(milliseconds(1));
     }},
    {"debug", [](const Setting& s, ServerConfig& config) { config.debug = s.boolean(); }},
    {"scaling", [](const Setting& s, ServerConfig& config) { read_scaling(s, config.scaling); }},
    {"apps", read_apps},
}};

void read_app_ids(const Setting& setting, PublisherTarget& target) {
    for (const Setting& id : setting.list()) {
        target.app_ids.push_back(id.filled_text());
    }
}

constexpr std::array<Key<PublisherTarget>, 19> target_keys{{
    {"socket", [](const Setting& s, PublisherTarget& target) { target.socket = s.filled_text(); }},
    {"host", [](const Setting& s, PublisherTarget& target) { target.host = s.filled_text(); }},
    {"port",
     [](const Setting& s, PublisherTarget& target) {
         target.port = static_cast<std::uint16_t>(s.integer(1, 65'535));
     }},
    {"path", [](const Setting& s, PublisherTarget& target) { target.path = s.text(); }},
    {"key", [](const Setting& s, PublisherTarget& target) { target.key = s.filled_text(); }},
    {"secret", [](const Setting& s, PublisherTarget& target) { target.secret = s.secret(); }},
    {"tls", [](const Setting& s, PublisherTarget& target) { target.tls = s.boolean(); }},
    {"verify_peer", [](const Setting& s,
                       PublisherTarget& target) { target.tls_options.verify_peer = s.boolean(); }},
    {"peer_name",
     [](const Setting& s, PublisherTarget& target) { target.tls_options.peer_name = s.text(); }},
    {"ca_file",
     [](const Setting& s, PublisherTarget& target) { target.tls_options.ca_file = s.text(); }},
    {"ca_path",
     [](const Setting& s, PublisherTarget& target) { target.tls_options.ca_path = s.text(); }},
    {"certificate_file",
     [](const Setting& s, PublisherTarget& target) {
         target.tls_options.certificate_file = s.text();
     }},
    {"private_key_file",
     [](const Setting& s, PublisherTarget& target) {
         target.tls_options.private_key_file = s.text();
     }},
    {"scaling", [](const Setting& s, PublisherTarget& target) { read_scaling(s, target.scaling); }},
    {"app_ids", read_app_ids},
    {"outbox_limit",
     [](const Setting& s, PublisherTarget& target) { target.outbox_limit = size(s); }},
    {"cache_ttl",
     [](const Setting& s, PublisherTarget& target) {
         target.cache_ttl = std::chrono::seconds(count(s));
     }},
    {"connect_timeout",
     [](const Setting& s, PublisherTarget& target) {
         target.connect_timeout = s.seconds(milliseconds(1));
     }},
    {"timeout", [](const Setting& s,
                   PublisherTarget& target) { target.timeout = s.seconds(milliseconds(1)); }},
}};

}  // namespace

ServerConfig read_server_config(const HashTable* configuration) {
    ServerConfig config;
    read_all<ServerConfig>(settings_of(configuration, ""), server_keys, config);
    return config;
}

std::optional<Application> read_application(const zval* returned) {
    const Setting entry("application_wanted", returned);
    if (entry.is_null()) {
        return std::nullopt;
    }
    return read_app(entry);
}

PublisherTarget read_publisher_target(const HashTable* options) {
    PublisherTarget target;
    read_all<PublisherTarget>(settings_of(options, ""), target_keys, target);
    const bool redis = target.scaling.enabled;
    if (redis || !target.socket.empty()) {
        for (const auto& [name, given] :
             {std::pair<const char*, bool>{"socket", redis && !target.socket.empty()},
              {"host", !target.host.empty()},
              {"port", target.port != 0},
              {"key", !target.key.empty()},
              {"secret", !target.secret.empty()},
              {"path", !target.path.empty()},
              {"tls", target.tls}}) {
            if (given) {
                throw ConfigError(name, std::string(name) + " has no meaning beside " +
                                            (redis ? "scaling" : "socket") + ": give either " +
                                            std::string(ways_to_publish));
            }
        }
        return target;
    }
    require(!target.host.empty(), "host", "give " + std::string(ways_to_publish));
    require(target.port != 0, "port", "that of the server's HTTP API");
    require(!target.key.empty(), "key", "the application's, to sign with");
    require(!target.secret.empty(), "secret", "the application's, to sign with");
    return target;
}

}  // namespace reverb::binding
