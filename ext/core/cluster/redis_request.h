// One command for a Redis server and who waits for its answer. A value that moves, on the cluster's
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cluster/redis_script.h"
#include "cluster/resp.h"

namespace reverb {

struct RedisRequest {
    enum class Kind : std::uint8_t {
        own,       // of the connection itself, which handles the answer
        question,  // of the client: where something is
        subscribe,
        unsubscribe,
        publish,
        command,
        script,
    };

    Kind kind = Kind::own;
    std::string bytes;  // as they are sent; of a script what follows its text or its digest
    std::function<void(const RedisReply&)> done;
    std::string subject;                  // the channel, or a key
    const RedisScript* script = nullptr;  // of a script
    std::size_t words = 0;                // of a script: how many are in `bytes`
    unsigned redirections = 0;            // how often it was sent again
    // With a Redis Cluster:
    std::uint16_t slot = 0;
    std::uint64_t number = 0;  // in the order of the calls

    [[nodiscard]] bool is_publish() const noexcept { return kind == Kind::publish; }

    void finish(const RedisReply& reply) const {
        if (done) {
            done(reply);
        }
    }
};

[[nodiscard]] inline RedisReply lost_reply(const std::string& why) {
    RedisReply reply;
    reply.type = RedisReply::Type::lost;
    reply.text = why;
    return reply;
}

}  // namespace reverb
