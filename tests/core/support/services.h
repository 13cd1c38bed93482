// What a server's threads share, without threads and sockets: for tests of what is built on it.
// Owned by a test, used on its thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "channel/channel_name.h"
#include "channel/local_subscribers.h"
#include "services.h"
#include "support/application.h"

namespace reverb::testing {

// Takes the part of one I/O thread: what is published is delivered at once, and remembered.
class TestThread final : public BroadcastTarget {
  public:
    TestThread(Directory& directory, unsigned index) : subscribers(directory, index) {}

    void post(BroadcastPtr broadcast) override {
        subscribers.deliver(*broadcast);
        posted.push_back(std::move(broadcast));
    }
    [[nodiscard]] std::size_t waiting_bytes() const noexcept override { return waiting; }
    void terminate(const std::string& app_id, const std::string& user_id) override {
        for (Subscriber* subscriber : subscribers.of_user(app_id, user_id)) {
            subscriber->terminate();
        }
    }

    LocalSubscribers subscribers;
    std::vector<BroadcastPtr> posted;
    std::size_t waiting = 0;
};

struct TestServices {
    explicit TestServices(std::vector<Application> apps = {test_application()})
        : applications(apps) {
        config.apps = std::move(apps);
        fan_out.add_target(thread);
    }

    // As a session does on a channel without members.
    void subscribe(Subscriber& subscriber, std::string_view channel,
                   std::string_view app_id = "app-id") {
        thread.subscribers.subscribe(subscriber, channel_key(app_id, channel), nullptr, nullptr,
                                     monotonic_ms());
    }

    ServerConfig config;
    Applications applications;
    Directory directory{1};
    FanOut fan_out{directory};
    TestThread thread{directory, 0};
    HookQueue hooks;
    Counters counters;
    Services services{config, applications, directory, fan_out, hooks, counters};
};

}  // namespace reverb::testing
