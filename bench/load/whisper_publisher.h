// Publishes client events from the first members of the pool, those of one send() written at once
// by each. There are no answers: the other members' deliveries are what shows.
#pragma once

#include <string>

#include "load/publisher.h"
#include "load/subscriber_pool.h"

namespace reverb::bench {

class WhisperPublisher final : public Publisher {
  public:
    WhisperPublisher(SubscriberPool& pool, std::string frame, std::size_t members);

    void send(std::size_t count) override;

  private:
    SubscriberPool& pool_;
    const std::string frame_;
    const std::size_t members_;
    std::size_t next_ = 0;
};

}  // namespace reverb::bench
