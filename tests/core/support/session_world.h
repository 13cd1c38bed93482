// Sessions over fake transports, with everything behind them real: applications, channels, hooks.
// Owned by a test, used on its thread; the clock stands until the test moves it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "channel/channel_name.h"
#include "pusher/session.h"
#include "support/application.h"
#include "support/fake_transport.h"
#include "support/services.h"

namespace reverb::testing {

struct Client {
    explicit Client(SessionContext& context)
        : session(std::make_unique<Session>(context, transport)) {}

    [[nodiscard]] std::string id() const { return session->id().text(); }

    FakeTransport transport;
    std::unique_ptr<Session> session;
};

// What a client sends to subscribe; empty parts are left out.
[[nodiscard]] inline std::string subscribe_message(std::string_view channel,
                                                   std::string_view auth = {},
                                                   std::string_view channel_data = {}) {
    std::string message = R"({"event":"pusher:subscribe","data":{"channel":)";
    append_json_string(message, channel);
    if (!auth.empty()) {
        append_json_string(message += R"(,"auth":)", auth);
    }
    if (!channel_data.empty()) {
        append_json_string(message += R"(,"channel_data":)", channel_data);
    }
    return message + "}}";
}

class SessionWorld {
  public:
    explicit SessionWorld(Application application = test_application())
        : SessionWorld(std::vector<Application>{std::move(application)}) {}
    explicit SessionWorld(std::vector<Application> applications) : shared(std::move(applications)) {
        for (unsigned hook = 0; hook < static_cast<unsigned>(Hook::count); ++hook) {
            shared.hooks.want(static_cast<Hook>(hook),
                              static_cast<Hook>(hook) != Hook::log &&
                                  static_cast<Hook>(hook) != Hook::message_sent &&
                                  static_cast<Hook>(hook) != Hook::client_event);
        }
    }

    // Handshakes without looking at what is answered.
    [[nodiscard]] std::unique_ptr<Client> open(const Handshake& handshake) {
        auto client = std::make_unique<Client>(context);
        EXPECT_TRUE(client->session->open(handshake, now));
        return client;
    }
    // A client that was greeted; nothing of that is left to be taken.
    [[nodiscard]] std::unique_ptr<Client> connect(const std::string& key = "app-key") {
        auto client = open({key, "http://localhost", "127.0.0.1"});
        (void)client->transport.take();
        (void)hooks();
        return client;
    }
    // Sends a message; returns what the same client gets for it.
    std::vector<std::string> send(Client& client, std::string_view message) {
        client.session->receive(message, now);
        return client.transport.take();
    }
    // The same where it must be one.
    std::string ask(Client& client, std::string_view message) {
        client.session->receive(message, now);
        return client.transport.take_one();
    }
    // Subscribes, signed; returns what the same client gets for it.
    std::vector<std::string> subscribe(Client& client, const std::string& channel,
                                       const std::string& channel_data = {}) {
        return send(client,
                    subscribe_message(
                        channel, channel_auth(application(), client.id(), channel, channel_data),
                        channel_data));
    }
    [[nodiscard]] const Application& application() const { return shared.config.apps.front(); }
    [[nodiscard]] std::size_t subscribers(const std::string& channel) const {
        return shared.directory.occupancy(channel_key(application().id, channel)).subscribers;
    }
    // "name subject text", of what happened since the last call.
    [[nodiscard]] std::vector<std::string> hooks() {
        std::vector<std::string> lines;
        for (const HookEvent& event : shared.hooks.take()) {
            lines.push_back(std::string(name(event.hook)) + " " + event.subject +
                            (event.text.empty() ? "" : " " + event.text));
        }
        return lines;
    }

    TestServices shared;
    Codec codec;
    SessionContext context{shared.services, shared.thread.subscribers, codec};
    std::uint64_t now = 1'000'000;

  private:
    [[nodiscard]] static const char* name(Hook hook) {
        switch (hook) {
            case Hook::connection_opened:
                return "connection_opened";
            case Hook::connection_closed:
                return "connection_closed";
            case Hook::connection_pruned:
                return "connection_pruned";
            case Hook::message_received:
                return "received";
            case Hook::message_sent:
                return "sent";
            case Hook::client_event:
                return "client_event";
            case Hook::subscribed:
                return "subscribed";
            case Hook::unsubscribed:
                return "unsubscribed";
            case Hook::member_added:
                return "member_added";
            case Hook::member_removed:
                return "member_removed";
            case Hook::channel_created:
                return "channel_created";
            case Hook::channel_removed:
                return "channel_removed";
            default:
                return "unknown";
        }
    }
};

// {"event":"pusher:error",…}, as the server writes it.
[[nodiscard]] inline std::string error_message(int code, std::string_view text) {
    return R"({"event":"pusher:error","data":"{\"code\":)" + std::to_string(code) +
           R"(,\"message\":\")" + std::string(text) + R"(\"}"})";
}

}  // namespace reverb::testing
