// One Redis server: a connection for commands and then one for subscriptions, which are up together
// or not at all. Opens them again for ever; renews subscriptions; keeps publishes meanwhile. Owned
// by a backend, on the cluster's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "cluster/back_off.h"
#include "cluster/redis_connection.h"
#include "cluster/redis_context.h"
#include "cluster/redis_locator.h"
#include "cluster/redis_queue.h"
#include "net/loop_timer.h"

namespace reverb {

class RedisEndpoint {
  public:
    // May call the endpoint, but not destroy it.
    class Listener {
      public:
        virtual ~Listener() = default;
        virtual void endpoint_up(RedisEndpoint& endpoint) = 0;
        // Also after each attempt that failed.
        virtual void endpoint_down(RedisEndpoint& endpoint, const std::string& why) = 0;
        virtual void subscribed(const std::string& channel) = 0;
        virtual void received(std::string_view channel, std::string_view message) = 0;
        // The server says that this was not executed, since the slot is elsewhere: true where the
        // listener has taken the request.
        virtual bool redirected(RedisEndpoint& endpoint, RedisRequest& request,
                                const RedisReply& reply) = 0;
        // It no longer sends what is published to this channel, or refuses to begin with it.
        // Nobody tries that again but the listener.
        virtual void unsubscribed(RedisEndpoint& endpoint, const std::string& channel,
                                  const std::string& error) = 0;
    };

    RedisEndpoint(RedisContext& context, std::unique_ptr<RedisLocator> locator, bool sharded,
                  Listener& listener);
    // Whoever waits for an answer is told `lost`.
    ~RedisEndpoint();
    RedisEndpoint(const RedisEndpoint&) = delete;
    RedisEndpoint& operator=(const RedisEndpoint&) = delete;

    void start();
    // For good: what waits is lost.
    void close(const std::string& why);
    // Gives the connections up and opens them anew.
    void reconnect(const std::string& why);

    [[nodiscard]] bool up() const noexcept { return state_ == State::up; }
    // Whether it is up, and the server has confirmed all subscriptions.
    [[nodiscard]] bool settled() const noexcept { return up() && unconfirmed_ == 0; }
    // Whether all that was given to it has been sent and answered, or it is not up.
    [[nodiscard]] bool idle() const noexcept;

    // Again: the server confirms it again.
    void subscribe(const std::string& channel);
    void unsubscribe(const std::string& channel);
    // As if it had never been subscribed to: nothing is said to the server.
    void forget(const std::string& channel) { channels_.erase(channel); }
    // A publish waits while it is not up; all else is then lost.
    void send(RedisRequest request);
    // That one, though the slot is not yet its own.
    void send_asking(RedisRequest request);
    // What waits and is so, in order.
    [[nodiscard]] std::vector<RedisRequest> take_waiting(
        const std::function<bool(const RedisRequest&)>& wanted) {
        return waiting_.take(wanted);
    }
    // Of what was given to it and not answered yet.
    void add_slots_in_flight(std::set<std::uint16_t>& slots) const;
    // Where it was connected to last.
    [[nodiscard]] const ClientAddress& address() const noexcept { return address_; }

  private:
    enum class State : std::uint8_t { off, locating, opening, up, waiting };
    // How the connections call back.
    struct Side;

    void attempt();
    void open(const ClientAddress& address);
    [[nodiscard]] std::shared_ptr<RedisConnection> connect(RedisConnection::Use use,
                                                           const std::string& peer);
    [[nodiscard]] bool connected() const noexcept;  // and ready, both
    void opened();
    void become_up();
    void fail(const std::string& why);
    [[nodiscard]] std::vector<RedisRequest> disconnect();
    void send_subscription(RedisRequest::Kind kind, const std::string& channel);
    void answered(RedisRequest request, const RedisReply& reply);
    void subscription_answered(const RedisRequest& request, const RedisReply& reply);
    void pushed(const RedisReply& reply);

    RedisContext& context_;
    std::unique_ptr<RedisLocator> locator_;
    bool sharded_;
    Listener& listener_;
    State state_ = State::off;
    ClientAddress address_;
    std::unique_ptr<Side> side_;
    std::shared_ptr<RedisConnection> commands_;
    std::shared_ptr<RedisConnection> subscriptions_;
    std::unordered_set<std::string> channels_;  // that are wanted
    std::size_t unconfirmed_ = 0;               // subscriptions whose answers are awaited
    RedisQueue waiting_;                        // publishes
    BackOff back_off_;
    LoopTimer retry_;
    std::uint64_t up_since_ = 0;
    bool was_up_ = false;
};

}  // namespace reverb
