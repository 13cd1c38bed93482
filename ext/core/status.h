// What a running server says of itself to a process of its host that asks over the unix socket. A
// value; any thread.
#pragma once

#include <string>

#include "server.h"

namespace reverb {

struct ServerStatus {
    std::string version;  // of the extension
    std::string address;  // where it listens: host:port
    std::string path;     // prefix of its routes
    bool tls = false;
    bool compression = false;  // whether clients may have it
    std::string socket;        // path of its unix socket
    bool draining = false;
    ServerStats stats;
};

// A JSON object: version, pid, uptime (seconds), address, path, tls, compression, socket, draining;
// the counters by their names in ServerStats; threads, a list of {connections, queued_bytes};
// cluster, null or {node, redis ("up" or "down: why") and the counters of ClusterStats};
// applications, a map by id to {connections, channels, messages_received, messages_sent} of at most
// 1,000, those with the most connections; applications_left_out, how many more there are.
[[nodiscard]] std::string status_json(const ServerStatus& status);

}  // namespace reverb
