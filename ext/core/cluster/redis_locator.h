// Says where the master is, each time that a connection is to be made. Owned by an endpoint, on the
// cluster's thread.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "net/client_address.h"

namespace reverb {

class RedisLocator {
  public:
    // The address, or none and why, in a sentence for people.
    using Found = std::function<void(std::optional<ClientAddress>, const std::string& why)>;

    virtual ~RedisLocator() = default;
    // May tell at once. One question at a time.
    virtual void locate(Found found) = 0;
    // Nothing is told any more.
    virtual void cancel() = 0;
};

// Where it always is.
class FixedLocator : public RedisLocator {
  public:
    explicit FixedLocator(ClientAddress address) : address_(std::move(address)) {}
    void locate(Found found) override { found(address_, {}); }
    void cancel() override {}

  private:
    ClientAddress address_;
};

}  // namespace reverb
