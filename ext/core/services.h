// What all threads of one server share: read-only, or safe to use from any of them. Owned by the
// Server, which outlives its threads.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "app/applications.h"
#include "app/trusted_proxies.h"
#include "channel/directory.h"
#include "channel/fan_out.h"
#include "counters.h"
#include "hooks.h"
#include "net/certificate.h"
#include "server_config.h"

namespace reverb {

// How long a cache channel keeps its last event.
[[nodiscard]] inline std::uint64_t cache_ttl_ms(const ServerConfig& config) noexcept {
    return static_cast<std::uint64_t>(std::chrono::milliseconds(config.cache_ttl).count());
}

class Cluster;

struct Services {
    const ServerConfig& config;
    Applications& applications;
    Directory& directory;
    FanOut& fan_out;
    HookQueue& hooks;
    Counters& counters;
    std::function<std::string()> status{};  // the JSON object of status.h
    std::atomic<bool> draining{false};      // from the first signal on: upgrades and /up answer 503
    std::atomic<bool> drain_wanted{false};  // the first thread is to call `drain`
    std::function<void()> drain{};
    CurrentCertificate certificate{};  // none without TLS
    TrustedProxies trusted_proxies{};  // by the configuration
    Cluster* cluster = nullptr;        // where this node is one of several

    // One line for people, where somebody listens; `level` is debug, info, warning or error.
    void log(const char* level, std::string title, std::string detail = {}) {
        if (hooks.wanted(Hook::log)) {
            hooks.push({Hook::log, {}, level, std::move(title), std::move(detail), {}, {}});
        }
    }
    // Whether the lines of single messages are wanted: ask before making one.
    [[nodiscard]] bool debug() const { return config.debug && hooks.wanted(Hook::log); }
};

}  // namespace reverb
