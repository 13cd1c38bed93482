#include "load/subscriber_pool.h"

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

}  // namespace reverb::bench
