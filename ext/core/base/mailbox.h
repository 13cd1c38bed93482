// A queue between threads: any thread puts, one thread takes all. The owner is woken only when
// the first message arrives, so a burst costs one wake-up.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

namespace reverb {

template <typename Message>
class Mailbox {
  public:
    // Any thread. True when it was empty: the caller then wakes the owner.
    [[nodiscard]] bool put(Message message) {
        const std::scoped_lock lock(mutex_);
        messages_.push_back(std::move(message));
        return messages_.size() == 1;
    }

    // The owner's thread. Puts what waits into `into`, which must be empty and whose memory is
    // used for the messages to come.
    void take(std::vector<Message>& into) {
        const std::scoped_lock lock(mutex_);
        messages_.swap(into);
    }

    // Any thread. What is put by others may change it at once.
    [[nodiscard]] bool empty() const {
        const std::scoped_lock lock(mutex_);
        return messages_.empty();
    }

  private:
    mutable std::mutex mutex_;
    std::vector<Message> messages_;
};

}  // namespace reverb
