// A Redis client of the tests, which keeps what it is told. Its loop runs on the test's thread
// while the test waits for something. Owned by a test.
#pragma once

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/redis.h"
#include "net/event_loop.h"
#include "support/eventually.h"

namespace reverb::testing {

class RedisClient : public Redis::Listener {
  public:
    using Message = std::pair<std::string, std::string>;

    explicit RedisClient(const RedisConfig& config)
        : redis(std::make_unique<Redis>(loop, config, counters, *this)) {
        sigset_t pipe;
        ::sigemptyset(&pipe);
        ::sigaddset(&pipe, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    }

    EventLoop loop;
    RedisCounters counters;
    std::unique_ptr<Redis> redis;

    int ups = 0;
    std::vector<std::string> downs;
    std::vector<std::string> subscriptions;  // as they were confirmed
    std::vector<std::string> ended;          // of them, as they ended unasked
    std::vector<Message> messages;           // channel and message
    std::function<void()> when_up;

    // Runs the loop until the condition holds: whether it did in time.
    [[nodiscard]] bool until(const std::function<bool()>& condition,
                             std::chrono::milliseconds within = patience) {
        const auto end = std::chrono::steady_clock::now() + within;
        bool held = condition();
        if (held) {
            return true;
        }
        bool over = false;
        const auto timer = loop.every(std::chrono::milliseconds(1), [&] {
            if (over) {
                return;
            }
            held = condition();
            if (held || std::chrono::steady_clock::now() > end) {
                over = true;
                loop.stop();
            }
        });
        loop.run();
        loop.cancel(timer);
        return held;
    }
    void run_for(std::chrono::milliseconds time) {
        static_cast<void>(until([] { return false; }, time));
    }

    // Starts it and waits until it is up.
    [[nodiscard]] bool start() {
        redis->start();
        return until([&] { return ups > 0; });
    }
    // Stops it; whether the loop was told in time.
    [[nodiscard]] bool stop(std::chrono::milliseconds within = std::chrono::seconds(5)) {
        bool stopped = false;
        redis->stop(within, [&] { stopped = true; });
        return until([&] { return stopped; });
    }
    [[nodiscard]] RedisReply command(std::string_view key, const std::vector<std::string>& words) {
        return wait([&](Redis::Done done) { redis->command(key, words, std::move(done)); });
    }
    [[nodiscard]] RedisReply publish(std::string channel, std::string_view message) {
        return wait([&](Redis::Done done) {
            redis->publish(std::move(channel), message, std::move(done));
        });
    }
    [[nodiscard]] RedisReply script(const RedisScript& script, std::vector<std::string> keys,
                                    const std::vector<std::string>& arguments) {
        return wait([&](Redis::Done done) {
            redis->script(script, std::move(keys), arguments, std::move(done));
        });
    }

    [[nodiscard]] bool subscribed_to(const std::string& channel) const {
        return std::find(subscriptions.begin(), subscriptions.end(), channel) !=
               subscriptions.end();
    }
    [[nodiscard]] std::string last_down() const { return downs.empty() ? "" : downs.back(); }

    void redis_up() override {
        ++ups;
        if (when_up) {
            when_up();
        }
    }
    void redis_down(const std::string& why) override { downs.push_back(why); }
    void subscribed(const std::string& channel) override { subscriptions.push_back(channel); }
    void unsubscribed(const std::string& channel) override { ended.push_back(channel); }
    void received(std::string_view channel, std::string_view message) override {
        messages.emplace_back(channel, message);
    }

  private:
    [[nodiscard]] RedisReply wait(const std::function<void(Redis::Done)>& ask) {
        RedisReply answer;
        answer.type = RedisReply::Type::lost;
        answer.text = "no answer in time";
        bool answered = false;
        ask([&](const RedisReply& reply) {
            answer = reply;
            answered = true;
        });
        static_cast<void>(until([&] { return answered; }));
        return answer;
    }
};

}  // namespace reverb::testing
