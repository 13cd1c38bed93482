#include "load/subscriber_pool.h"

#include <stdexcept>
#include <string>

namespace reverb::bench {

SubscriberPool::SubscriberPool(EventLoop& loop, Target target)
    : loop_(loop), target_(std::move(target)) {
}

void SubscriberPool::open(std::size_t count, std::size_t window, const Deadline& deadline) {
    const std::size_t wanted = subscribers_.size() + count;
    subscribers_.reserve(wanted);
    while (tally_.ready < wanted) {
        while (subscribers_.size() < wanted && subscribers_.size() - tally_.ready < window) {
            subscribers_.push_back(
                std::make_unique<Subscriber>(loop_, target_, subscribers_.size(), tally_));
        }
        loop_.turn(deadline.left("waiting for subscriptions, " + std::to_string(tally_.ready) +
                                 " of " + std::to_string(wanted) + " came"));
    }
}

void SubscriberPool::await_members(const Deadline& deadline) {
    const std::uint64_t wanted = subscribers_.size() * subscribers_.size();
    while (tally_.members < wanted) {
        loop_.turn(deadline.left("waiting for members, " + std::to_string(tally_.members) + " of " +
                                 std::to_string(wanted) + " are known"));
    }
    for (std::size_t i = 0; i < subscribers_.size(); ++i) {
        if (subscribers_[i]->members() != subscribers_.size()) {
            throw std::runtime_error("subscriber " + std::to_string(i) + " knows of " +
                                     std::to_string(subscribers_[i]->members()) + " of " +
                                     std::to_string(subscribers_.size()) + " members");
        }
    }
}

}  // namespace reverb::bench
