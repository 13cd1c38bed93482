// The HTTP API without sockets: requests in, responses out, everything behind it real. Owned by a
// test, used on its thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/api.h"
#include "http/signature.h"
#include "support/application.h"
#include "support/event.h"
#include "support/services.h"

namespace reverb::testing {

// A subscriber that keeps what it gets.
class Listener final : public Subscriber {
  public:
    explicit Listener(SocketId id) : Subscriber(id) {}
    void deliver(const FramePtr& frame) override {
        events.push_back(read_event(frame_payload(*frame)));
    }
    void terminate() override { terminated = true; }
    std::vector<Event> events;
    bool terminated = false;
};

class ApiWorld {
  public:
    explicit ApiWorld(std::vector<Application> applications = {test_application()})
        : shared(std::move(applications)) {}

    // Signed for the first application, with further parameters in the query where given.
    [[nodiscard]] HttpResponse call(const std::string& method, const std::string& path,
                                    const std::string& body = {}, const std::string& query = {}) {
        const Application& application = shared.config.apps.front();
        HttpRequest request{method, path, {}, body};
        request.query = query.empty() ? signed_query(application.key, application.secret, method,
                                                     path, body, unix_seconds())
                                      : sign(application, method, path, body, query);
        return std::get<HttpResponse>(api.handle(request));
    }
    [[nodiscard]] HttpResponse get(const std::string& path, const std::string& query = {}) {
        return call("GET", path, {}, query);
    }
    [[nodiscard]] HttpResponse post(const std::string& path, const std::string& body) {
        return call("POST", path, body);
    }
    // As it comes, unsigned.
    [[nodiscard]] HttpResponse plain(const std::string& method, const std::string& target,
                                     const std::string& query = {}, const std::string& body = {}) {
        return std::get<HttpResponse>(api.handle({method, target, query, body}));
    }

    // A new subscriber of those channels.
    [[nodiscard]] std::unique_ptr<Listener> listen(const std::vector<std::string>& channels) {
        const std::uint32_t number = ++listeners_;
        auto listener = std::make_unique<Listener>(SocketId{number, number});
        for (const std::string& channel : channels) {
            shared.subscribe(*listener, channel);
        }
        return listener;
    }
    // The same as a member of presence channels.
    [[nodiscard]] std::unique_ptr<Listener> join(const std::string& channel, const std::string& id,
                                                 const std::string& id_json) {
        const std::uint32_t number = ++listeners_;
        auto listener = std::make_unique<Listener>(SocketId{number, number});
        shared.thread.subscribers.subscribe(
            *listener, channel_key("app-id", channel),
            std::make_shared<const Member>(Member{id, id_json, "{}"}),
            [](ThreadMask, ChannelVersion) {}, monotonic_ms());
        return listener;
    }

    TestServices shared;
    HttpApi api{shared.services};

  private:
    // Like signed_query(), with parameters of the caller's; all names here sort after "auth_…".
    [[nodiscard]] static std::string sign(const Application& application, const std::string& method,
                                          const std::string& path, const std::string& body,
                                          const std::string& further) {
        std::string signed_part = "auth_key=" + application.key +
                                  "&auth_timestamp=" + std::to_string(unix_seconds()) +
                                  "&auth_version=1.0";
        if (!body.empty()) {
            signed_part += "&body_md5=" + md5_hex(body);
        }
        signed_part += "&" + further;
        return signed_part + "&auth_signature=" +
               hmac_sha256_hex(application.secret, method + "\n" + path + "\n" + signed_part);
    }

    std::uint32_t listeners_ = 0;
};

[[nodiscard]] inline std::string header(const HttpResponse& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

}  // namespace reverb::testing
