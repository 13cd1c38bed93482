// One command to one server, over a connection of its own. Owned by whoever asks, on the cluster's
// thread: who destroys it is not told.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "cluster/redis_connection.h"
#include "cluster/redis_context.h"
#include "net/client_address.h"
#include "net/loop_timer.h"

namespace reverb {

class RedisQuestion : private RedisConnection::Listener {
  public:
    // The answer; `lost` with a sentence for people where there is none. May destroy the question.
    // Never called from within the constructor.
    using Answered = std::function<void(const RedisReply&)>;

    // The answer must be there within the time for connecting.
    RedisQuestion(RedisContext& context, const ClientAddress& address, RedisConnection::Use use,
                  std::string command, Answered answered);
    ~RedisQuestion() override;
    RedisQuestion(const RedisQuestion&) = delete;
    RedisQuestion& operator=(const RedisQuestion&) = delete;

    // What the server's error means, for people.
    [[nodiscard]] std::string refusal(const RedisReply& reply) const {
        return connection_->refusal(reply);
    }

  private:
    void ready() override;
    void answered(RedisRequest request, const RedisReply& reply) override;
    void pushed(const RedisReply& /*reply*/) override {}
    void failed(const std::string& why) override { tell(lost_reply(why)); }
    void tell(const RedisReply& reply);

    std::string command_;
    Answered answered_;  // none: it has been called
    std::shared_ptr<RedisConnection> connection_;
    LoopTimer deadline_;
};

}  // namespace reverb
