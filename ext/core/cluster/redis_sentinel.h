// Asks the Sentinels in turn which server is the master of the service. Owned by an endpoint, on
// the cluster's thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "cluster/redis_context.h"
#include "cluster/redis_locator.h"
#include "cluster/redis_question.h"

namespace reverb {

class RedisSentinel : public RedisLocator {
  public:
    RedisSentinel(RedisContext& context, std::vector<ClientAddress> sentinels);

    // Whoever asks again got an address that was of no use: he hears the next Sentinel first.
    void locate(Found found) override;
    void cancel() override;

  private:
    void ask();
    void answered(const RedisReply& reply);
    void next(const std::string& why);

    RedisContext& context_;
    std::vector<ClientAddress> sentinels_;
    std::size_t current_ = 0;
    std::size_t left_ = 0;  // that can still be asked
    std::string why_;       // the first one in the settings was of no use
    Found found_;
    std::unique_ptr<RedisQuestion> question_;
};

}  // namespace reverb
