// A Redis Cluster of the tests: three real masters with a third of the slots each, and replicas of
// the first where they are wanted. Owned by a test; ends with it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server_config.h"
#include "support/redis_server.h"

namespace reverb::testing {

class RedisClusterServers {
  public:
    // Serves all slots when this returns. Throws where it does not come to that.
    explicit RedisClusterServers(std::size_t replicas = 0);

    // The masters come first.
    [[nodiscard]] RedisServer& server(std::size_t index) const { return *servers_.at(index); }
    [[nodiscard]] RedisConfig config() const;
    [[nodiscard]] std::string id(std::size_t index) const;
    // Which master has the slot of this key, as long as none has moved; and a key that one has.
    [[nodiscard]] static std::size_t index_of(std::string_view key);
    [[nodiscard]] static std::string key_of(std::size_t index, const std::string& prefix);
    // Gives the key's slot, which must be empty, from one to the other.
    void move(std::string_view key, std::size_t from, std::size_t to) const;
    // What each node says of the cluster.
    [[nodiscard]] bool all_say(std::string_view fact) const;

  private:
    std::vector<std::unique_ptr<RedisServer>> servers_;
};

}  // namespace reverb::testing
