// One connection to a Redis server or a Sentinel: opens it, authenticates, pipelines requests and
// hands out their answers in order, and asks the other side regularly whether it is there. Owned by
// an endpoint or a question, on the cluster's thread; ends once, and is then of no use.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "cluster/redis_context.h"
#include "cluster/redis_message.h"
#include "cluster/redis_queue.h"
#include "cluster/redis_request.h"
#include "cluster/resp.h"
#include "net/client_stream.h"
#include "net/loop_timer.h"

namespace reverb {

class RedisConnection : public std::enable_shared_from_this<RedisConnection>,
                        private ClientStream::Listener {
  public:
    enum class Use : std::uint8_t {
        commands,       // of a master: checked when it opens and with each ping
        subscriptions,  // messages of channels come unasked
        question,       // one command to any node of a Redis Cluster
        sentinel,       // one command to a Sentinel
    };

    // Never called from within the constructor or send(). May let go of the connection.
    class Listener {
      public:
        virtual ~Listener() = default;
        virtual void ready() = 0;
        virtual void answered(RedisRequest request, const RedisReply& reply) = 0;
        // What comes unasked.
        virtual void pushed(const RedisReply& reply) = 0;
        // Once, and nothing follows. A sentence for people.
        virtual void failed(const std::string& why) = 0;
    };

    RedisConnection(RedisContext& context, const ClientAddress& address, Use use,
                    Listener& listener);
    ~RedisConnection() override = default;
    RedisConnection(const RedisConnection&) = delete;
    RedisConnection& operator=(const RedisConnection&) = delete;

    // Opens it. Apart from the constructor, since it must be shared by then. To `peer` where there
    // is one: which of the host's addresses it has to be.
    void open(const std::string& peer = {});
    // At once; the listener is not called any more.
    void close();

    // Sent at the end of the loop's turn, together with all others of that turn. Once it is ready.
    void send(RedisRequest request);
    [[nodiscard]] bool ready() const noexcept { return ready_; }
    // Whether everything but pings has been sent and answered.
    [[nodiscard]] bool idle() const noexcept;
    // What is not sent yet, and what is not answered yet: of one that has ended they are to be
    // taken away.
    [[nodiscard]] RedisQueue& unsent() noexcept { return unsent_; }
    [[nodiscard]] std::deque<RedisRequest>& awaited() noexcept { return awaited_; }

    // While it is ready: the server's address. Empty: a unix socket.
    [[nodiscard]] std::string peer() const { return stream_->peer(); }

    // The server no longer knows this script: its text is sent again.
    void forget(const RedisScript& script) { known_scripts_.erase(&script); }

    // "Redis at 127.0.0.1:6379".
    [[nodiscard]] std::string name() const { return party_.name(); }
    // What the server's error means, for people.
    [[nodiscard]] std::string refusal(const RedisReply& reply) const {
        return redis_refusal(party_, reply.text);
    }

  private:
    using Check = std::function<void(const RedisReply&)>;

    void opened() override;
    void received(std::string_view bytes) override;
    void sent() override;
    void closed(ClientStream::End end, const std::string& why) override;

    void shake_hands();
    // Asks what must be answered, and passed by `check`, before it is ready.
    void shake(const std::vector<std::string_view>& words, Check check);
    void ask(const std::vector<std::string_view>& words, Check done);
    void check(const RedisReply& reply);
    void check_role(const RedisReply& reply);
    void become_ready();
    void ping();
    void ping_due();
    void take(const RedisReply& reply);
    [[nodiscard]] bool unasked(const RedisReply& reply) const;
    void flush();
    void append(std::string& bytes, RedisRequest& request);
    void fail(const std::string& why);

    RedisContext& context_;
    RedisParty party_;
    Use use_;
    Listener& listener_;
    std::unique_ptr<ClientStream> stream_;  // none: not opened, or ended
    RespReader reader_;
    RedisQueue unsent_;
    std::deque<RedisRequest> awaited_;
    std::unordered_set<const RedisScript*> known_scripts_;  // to the server, since we sent them
    LoopTimer deadline_;  // of being ready, then of the answer to a ping
    LoopTimer pings_;
    std::uint64_t heard_ = 0;  // when anything came last
    std::size_t shaking_ = 0;  // answers that are still needed to be ready
    bool ready_ = false;
    bool asks_role_ = false;  // in place of PING
    bool pinged_ = false;     // and not answered
    bool flushing_ = false;   // at the end of this turn
};

}  // namespace reverb
