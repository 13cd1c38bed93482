// A Redis of one server: a fixed one, or the master that Sentinels name. Owned by Redis, on the
// cluster's thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "cluster/redis_backend.h"
#include "cluster/redis_context.h"
#include "cluster/redis_endpoint.h"

namespace reverb {

class RedisSingle : public RedisBackend, private RedisEndpoint::Listener {
  public:
    RedisSingle(RedisContext& context, RedisBackend::Listener& listener);

    void start() override { endpoint_.start(); }
    void close() override { endpoint_.close("the server stops"); }
    [[nodiscard]] bool idle() const override { return endpoint_.idle(); }
    [[nodiscard]] bool up() const override { return endpoint_.up(); }
    [[nodiscard]] bool up(std::string_view /*key*/) const override { return endpoint_.up(); }
    [[nodiscard]] bool up_in_part() const override { return endpoint_.up(); }
    void subscribe(const std::string& channel) override { endpoint_.subscribe(channel); }
    void unsubscribe(const std::string& channel) override { endpoint_.unsubscribe(channel); }
    void send(RedisRequest request) override { endpoint_.send(std::move(request)); }

  private:
    void endpoint_up(RedisEndpoint& /*endpoint*/) override { listener_.backend_up(); }
    void endpoint_down(RedisEndpoint& /*endpoint*/, const std::string& why) override {
        listener_.backend_down(why);
    }
    void subscribed(const std::string& channel) override { listener_.subscribed(channel); }
    void received(std::string_view channel, std::string_view message) override {
        listener_.received(channel, message);
    }
    // Only where there are slots.
    bool redirected(RedisEndpoint& /*endpoint*/, RedisRequest& /*request*/,
                    const RedisReply& /*reply*/) override {
        return false;
    }
    void unsubscribed(RedisEndpoint& /*endpoint*/, const std::string& /*channel*/,
                      const std::string& /*error*/) override {}

    RedisBackend::Listener& listener_;
    RedisEndpoint endpoint_;
};

}  // namespace reverb
