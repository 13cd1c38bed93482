#include "cluster/redis_question.h"

#include <utility>

namespace reverb {

RedisQuestion::RedisQuestion(RedisContext& context, const ClientAddress& address,
                             RedisConnection::Use use, std::string command, Answered answered)
    : command_(std::move(command)),
      answered_(std::move(answered)),
      connection_(std::make_shared<RedisConnection>(
          context, address, use, static_cast<RedisConnection::Listener&>(*this))),
      deadline_(context.loop) {
    connection_->open();
    // Later than the connection's own by its place among timers.
    deadline_.after(context.config.connect_timeout, [this] {
        tell(lost_reply(connection_->name() + " has not answered in time."));
    });
}

RedisQuestion::~RedisQuestion() {
    connection_->close();
}

void RedisQuestion::ready() {
    RedisRequest request;
    request.kind = RedisRequest::Kind::question;
    request.bytes = std::move(command_);
    connection_->send(std::move(request));
}

void RedisQuestion::answered(RedisRequest /*request*/, const RedisReply& reply) {
    tell(reply);
}

void RedisQuestion::tell(const RedisReply& reply) {
    if (const Answered told = std::exchange(answered_, {})) {
        deadline_.cancel();
        const auto keep = connection_;
        connection_->close();
        told(reply);
    }
}

}  // namespace reverb
