#include "cluster/redis_sentinel.h"

#include <array>
#include <utility>

#include "cluster/redis_addresses.h"
#include "cluster/redis_message.h"

namespace reverb {

RedisSentinel::RedisSentinel(RedisContext& context, std::vector<ClientAddress> sentinels)
    : context_(context), sentinels_(std::move(sentinels)), current_(sentinels_.size() - 1) {
}

void RedisSentinel::locate(Found found) {
    found_ = std::move(found);
    left_ = sentinels_.size();
    why_.clear();
    ask();
}

void RedisSentinel::cancel() {
    found_ = nullptr;
    question_.reset();
}

void RedisSentinel::ask() {
    --left_;
    current_ = (current_ + 1) % sentinels_.size();
    question_ = std::make_unique<RedisQuestion>(
        context_, sentinels_[current_], RedisConnection::Use::sentinel,
        redis_command(std::array<std::string_view, 3>{"SENTINEL", "get-master-addr-by-name",
                                                      context_.config.service}),
        [this](const RedisReply& reply) { answered(reply); });
}

void RedisSentinel::answered(const RedisReply& reply) {
    const auto ended = std::move(question_);
    if (reply.type == RedisReply::Type::lost) {
        return next(reply.text);
    }
    if (reply.failed()) {
        return next(ended->refusal(reply));
    }
    const std::optional<ClientAddress> address = master_in(reply);
    if (!address) {
        RedisParty party;
        party.address = sentinels_[current_];
        party.is_sentinel = true;
        return next(redis_unknown_service(party, context_.config.service));
    }
    const Found found = std::exchange(found_, {});
    found(address, {});
}

void RedisSentinel::next(const std::string& why) {
    // Always about the same one, whoever was asked first: what is told over and over is no news.
    if (current_ == 0) {
        why_ = why;
    }
    if (left_ > 0) {
        return ask();
    }
    const Found found = std::exchange(found_, {});
    found(std::nullopt, why_);
}

}  // namespace reverb
