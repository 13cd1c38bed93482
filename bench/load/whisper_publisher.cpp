#include "load/whisper_publisher.h"

#include <algorithm>

namespace reverb::bench {

WhisperPublisher::WhisperPublisher(SubscriberPool& pool, std::string frame, std::size_t members)
    : pool_(pool), frame_(std::move(frame)), members_(members) {
}

void WhisperPublisher::send(std::size_t count) {
    const std::size_t share = (count + members_ - 1) / members_;
    for (std::size_t left = count; left > 0;) {
        const std::size_t now = std::min(share, left);
        std::string frames;
        frames.reserve(now * frame_.size());
        for (std::size_t i = 0; i < now; ++i) {
            frames += frame_;
        }
        pool_[next_].send(frames);
        next_ = (next_ + 1) % members_;
        left -= now;
    }
    answered_ += count;
}

}  // namespace reverb::bench
