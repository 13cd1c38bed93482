// Who waits on one I/O thread for what the other nodes of the cluster say. Owned by its IoLoop,
// used on that thread alone.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <utility>

#include "cluster/facts.h"

namespace reverb {

class FactsWaiter {
  public:
    virtual ~FactsWaiter() = default;
    // May ask again, and may end this waiter.
    virtual void facts_arrived(FactsPtr facts) = 0;
};

class FactsWaits {
  public:
    // Returns the ticket that the answer comes with.
    std::uint64_t add(FactsWaiter& waiter) {
        waiters_.emplace(++last_, &waiter);
        return last_;
    }
    // Must be called before a waiter ends.
    void remove(const FactsWaiter& waiter) noexcept {
        std::erase_if(waiters_, [&](const auto& entry) { return entry.second == &waiter; });
    }
    void arrived(std::uint64_t ticket, FactsPtr facts) {
        if (auto entry = waiters_.extract(ticket)) {
            entry.mapped()->facts_arrived(std::move(facts));
        }
    }

  private:
    std::unordered_map<std::uint64_t, FactsWaiter*> waiters_;
    std::uint64_t last_ = 0;
};

}  // namespace reverb
