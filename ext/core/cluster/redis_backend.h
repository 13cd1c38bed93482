// What Redis does its work by: one endpoint, or those of a Redis Cluster. Owned by Redis, on the
// cluster's thread.
#pragma once

#include <string>
#include <string_view>

#include "cluster/redis_request.h"

namespace reverb {

class RedisBackend {
  public:
    // May call the backend, but not destroy it.
    class Listener {
      public:
        virtual ~Listener() = default;
        virtual void backend_up() = 0;
        // Also when it stays down for another reason.
        virtual void backend_down(const std::string& why) = 0;
        virtual void subscribed(const std::string& channel) = 0;
        // Must subscribe to nothing.
        virtual void unsubscribed(const std::string& channel) = 0;
        virtual void received(std::string_view channel, std::string_view message) = 0;
    };

    virtual ~RedisBackend() = default;
    virtual void start() = 0;
    // For good. Whoever waits for an answer is told `lost`.
    virtual void close() = 0;
    [[nodiscard]] virtual bool idle() const = 0;
    [[nodiscard]] virtual bool up() const = 0;
    [[nodiscard]] virtual bool up(std::string_view key) const = 0;
    [[nodiscard]] virtual bool up_in_part() const = 0;
    virtual void subscribe(const std::string& channel) = 0;
    virtual void unsubscribe(const std::string& channel) = 0;
    virtual void send(RedisRequest request) = 0;
};

}  // namespace reverb
