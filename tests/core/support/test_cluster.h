// Several real servers of the tests that share a Redis. Owned by a test; ends with it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/hmac.h"
#include "base/json.h"
#include "support/eventually.h"
#include "support/http_client.h"
#include "support/redis_server.h"
#include "support/test_server.h"

namespace reverb::testing {

// Subscribes to a presence channel as that user; returns the members' JSON of the confirmation.
// Other events that come before it are lost.
[[nodiscard]] inline std::string enter(WebSocketClient& client, std::string_view channel,
                                       std::string_view user,
                                       const Application& application = test_application()) {
    const std::string who = "{\"user_id\":\"" + std::string(user) + "\"}";
    std::string message = R"({"event":"pusher:subscribe","data":{"channel":)";
    append_json_string(message, channel);
    append_json_string(message += R"(,"auth":)",
                       channel_auth(application, client.socket_id(), channel, who));
    append_json_string(message += R"(,"channel_data":)", who);
    client.send(message + "}}");
    Event event = client.event();
    while (event.name != "pusher_internal:subscription_succeeded") {
        event = client.event();
    }
    return event.detail("presence");
}

// The answer to a signed GET of that path below the application's; `query` by its names' alphabet.
[[nodiscard]] inline HttpReply ask_api(const TestServer& server, const std::string& path,
                                       const std::string& query = {}) {
    const Application& application = server.application();
    const std::string whole = "/apps/" + application.id + path;
    const std::string parameters = "auth_key=" + application.key +
                                   "&auth_timestamp=" + std::to_string(unix_seconds()) +
                                   "&auth_version=1.0" + (query.empty() ? "" : "&") + query;
    const std::string signature =
        hmac_sha256_hex(application.secret, "GET\n" + whole + "\n" + parameters);
    return http_get(server.port(), whole + "?" + parameters + "&auth_signature=" + signature);
}

class TestCluster {
  public:
    explicit TestCluster(std::size_t nodes = 2, std::vector<std::string> redis_options = {})
        : redis(std::move(redis_options)) {
        for (std::size_t i = 0; i < nodes; ++i) {
            add();
        }
        wait_until_up();
    }

    TestServer& add(const TestServer::Configure& configure = {}) {
        nodes_.push_back(std::make_unique<TestServer>([&](ServerConfig& config) {
            config.scaling.enabled = true;
            config.scaling.redis = redis.config();
            if (configure) {
                configure(config);
            }
        }));
        return *nodes_.back();
    }

    [[nodiscard]] TestServer& operator[](std::size_t node) { return *nodes_.at(node); }
    // Ends a node as a stop does.
    void remove(std::size_t node) { nodes_.erase(nodes_.begin() + static_cast<long>(node)); }

    void wait_until_up() {
        for (const auto& node : nodes_) {
            if (!eventually([&] { return (*node)->stats().cluster->up; })) {
                throw std::runtime_error("no Redis: " + (*node)->stats().cluster->why);
            }
        }
    }

    RedisServer redis;

  private:
    std::vector<std::unique_ptr<TestServer>> nodes_;
};

}  // namespace reverb::testing
