// The Redis that the nodes of a cluster share: one server, the master of a Sentinel service, or all
// masters of a Redis Cluster. Connects, and again for ever; keeps subscriptions; queues publishes.
// Owned by the cluster, on whose thread, the loop's, everything is called and calls back. SIGPIPE
// must be blocked or ignored there.
//
// Besides the commands it is asked for, it uses AUTH, SELECT, PING, ROLE (where the user may), and
// CLUSTER SLOTS, CLUSTER INFO and ASKING with a Redis Cluster.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/redis_counters.h"
#include "cluster/redis_script.h"
#include "cluster/resp.h"
#include "net/event_loop.h"
#include "server_config.h"

namespace reverb {

class Redis {
  public:
    // Called exactly once, with `lost` too; never from within the call that it was given to.
    using Done = std::function<void(const RedisReply&)>;

    // May call Redis, but not destroy it.
    class Listener {
      public:
        virtual ~Listener() = default;
        // All servers that are needed can be used, again or for the first time. What is subscribed
        // to has been confirmed before; publishes that waited go out next.
        virtual void redis_up() = 0;
        // One of them cannot, for a reason that is a sentence for people. Called when it has turned
        // so, also when it never was up, and each time the reason changes.
        virtual void redis_down(const std::string& why) = 0;
        // Confirmed by the server: from now on messages come. Anew after each reconnect, and when
        // the channel's slot has moved; messages may have been missed before.
        virtual void subscribed(const std::string& channel) = 0;
        // The channel's slot has moved: messages are missed until it is confirmed anew. Must
        // subscribe to nothing.
        virtual void unsubscribed(const std::string& channel) = 0;
        virtual void received(std::string_view channel, std::string_view message) = 0;
    };

    // Throws ConfigError, naming the setting, for certificates and keys that cannot be used and for
    // addresses that are none.
    Redis(EventLoop& loop, const RedisConfig& config, RedisCounters& counters, Listener& listener);
    // Closes everything at once; whoever waits for an answer is told `lost`.
    ~Redis();
    Redis(const Redis&) = delete;
    Redis& operator=(const Redis&) = delete;

    void start();
    // Nothing new is taken. What is queued is sent and answered if that can be done in time, then
    // everything is closed; `done` is called when the loop has no handle of ours left. The listener
    // is not called any more, but for messages that come in the meantime.
    void stop(std::chrono::milliseconds patience, std::function<void()> done);

    [[nodiscard]] bool up() const;
    // Of a key or a channel: with Redis Cluster whether the master of its slot is.
    [[nodiscard]] bool up(std::string_view key) const;
    // Whether there is any server that is: else there is no key of which it can be so.
    [[nodiscard]] bool up_in_part() const;
    // Whether it is a Redis Cluster: then channels are sharded (SSUBSCRIBE and SPUBLISH).
    [[nodiscard]] bool sharded() const;

    // Remembered, and renewed after each reconnect. Again: it is confirmed again.
    void subscribe(const std::string& channel);
    void unsubscribe(const std::string& channel);

    // In order for each channel, and never twice. While the server is down messages are queued, at
    // most 1,000 and 8 MiB of them; while it is up at most 8 MiB that the kernel has not taken.
    // Then the oldest is dropped. What was written and not answered when a connection broke counts
    // as unconfirmed.
    void publish(std::string channel, std::string_view message, Done done = {});
    // Of `key` with Redis Cluster, any without. `lost` at once where its server is not up: commands
    // are not queued. A command that got an error that says that it was not executed because its
    // slot is elsewhere is sent there.
    void command(std::string_view key, const std::vector<std::string>& words, Done done);
    // EVAL at its first use of a connection and where the server has forgotten it, else EVALSHA: so
    // scripts are run in the order of the calls. At least one key; all keys in one slot. The script
    // must live as long as this.
    void script(const RedisScript& script, std::vector<std::string> keys,
                const std::vector<std::string>& arguments, Done done);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace reverb
