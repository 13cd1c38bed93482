// What a server is started with. Filled in by whoever embeds the core (the PHP binding, a test);
// read by every thread, changed by none. Names follow config/reverb.php.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "app/application.h"

namespace reverb {

// A setting that keeps the server from starting. `setting()` is the name as the user wrote it.
class ConfigError : public std::runtime_error {
  public:
    ConfigError(std::string setting, const std::string& what)
        : std::runtime_error(what), setting_(std::move(setting)) {}
    [[nodiscard]] const std::string& setting() const noexcept { return setting_; }

  private:
    std::string setting_;
};

struct TlsConfig {
    std::string certificate_file;  // PEM, the chain included; empty: no TLS
    std::string private_key_file;  // PEM; empty: in the certificate's file
    std::string passphrase;
};

// permessage-deflate (RFC 7692), for clients that offer it.
struct CompressionConfig {
    bool enabled = false;
    std::size_t threshold = 512;  // bytes of a message from which on it is compressed
    int level = 3;                // of zlib: 1 (the fastest) to 9 (the smallest)
};

// The Redis by which several servers are one: a server, a Sentinel service, or a Redis Cluster.
struct RedisConfig {
    std::string host = "127.0.0.1";
    std::uint16_t port = 6379;
    std::string path;  // unix socket, in place of host and port; empty: none
    std::string username;
    std::string password;
    unsigned database = 0;  // with a Redis Cluster 0 only

    bool tls = false;     // of the servers, and of the Sentinels
    std::string ca_file;  // PEM; neither this nor ca_path: the system's
    std::string ca_path;
    std::string certificate_file;  // the client's own, PEM; empty: none
    std::string private_key_file;  // PEM; empty: in the certificate's file
    bool verify_peer = true;
    std::string peer_name;  // whose name the certificate must have; empty: the host's

    std::vector<std::string> sentinels;  // "host:port"; empty: no Sentinel
    std::string service = "mymaster";    // what the Sentinels call the master
    std::string sentinel_username;
    std::string sentinel_password;

    std::vector<std::string> cluster;  // "host:port" of some of its nodes; empty: no Redis Cluster

    std::chrono::milliseconds connect_timeout{2'000};  // until TLS, AUTH and SELECT are done
    std::chrono::milliseconds ping_interval{1'000};    // each connection is asked that often …
    std::chrono::milliseconds ping_timeout{2'000};     // … and must answer within that
    friend auto operator<=>(const RedisConfig&, const RedisConfig&) = default;
};

// Whether and how several servers, or publishers without one, work as one by a Redis they share.
struct ScalingConfig {
    bool enabled = false;
    std::string channel = "reverb";  // what the names in Redis begin with, after the prefix
    std::string prefix;
    bool connections_of_cluster = false;  // whether max_connections counts those of all nodes
    RedisConfig redis;
    friend auto operator<=>(const ScalingConfig&, const ScalingConfig&) = default;
};

struct ServerConfig {
    std::string host = "0.0.0.0";
    std::uint16_t port = 8080;  // 0: any free port, told by Server::port()
    std::string path;           // prefix of every route: "" or "/prefix"
    TlsConfig tls;
    // Addresses and ranges whose X-Forwarded-For and X-Real-IP are believed; "*": whoever connects.
    std::vector<std::string> trusted_proxies;

    std::string socket;            // unix socket for publishers on this host; empty: none
    unsigned socket_mode = 0660;   // permission bits of that file
    bool socket_required = false;  // whether a socket that cannot be had stops the start

    CompressionConfig compression;

    unsigned threads = 0;  // I/O threads, 64 at most; 0: one a core this process may use
    std::size_t max_request_size = 10'000;        // bytes of an HTTP request's body
    std::size_t outbox_limit = 1U << 20U;         // bytes waiting for one connection
    std::size_t outbox_soft_limit = 256U << 10U;  // bytes that may wait only for outbox_grace
    std::chrono::milliseconds outbox_grace{10'000};
    std::chrono::milliseconds handshake_timeout{10'000};  // accept to a complete request
    std::chrono::milliseconds drain_delay{0};            // answering 503 before the listeners close
    std::chrono::milliseconds drain_window{5'000};       // over which the closes are spread
    std::chrono::milliseconds drain_timeout{8'000};      // after which the rest is cut
    std::chrono::seconds auth_timestamp_tolerance{600};  // 0: any auth_timestamp is taken
    std::chrono::seconds cache_ttl{1'800};     // how long a cache channel keeps its last event
    std::chrono::seconds application_ttl{60};  // how long a looked-up application is kept
    std::chrono::milliseconds application_timeout{3'000};  // how long one is waited for
    bool debug = false;  // whether the log hook also gets one line a message

    ScalingConfig scaling;

    std::vector<Application> apps;

    std::string version;  // of what embeds the core: told to those who ask for the status
};

}  // namespace reverb
