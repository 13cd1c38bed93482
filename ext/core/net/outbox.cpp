#include "net/outbox.h"

#include <span>
#include <vector>

namespace reverb {

Outbox::Next Outbox::next(std::size_t limit, TurnFrames& turn, FrameJoiner& joiner) {
    if (place_ != nullptr && place_->bytes() <= limit) {
        return {turn.join(*place_), place_->frames()};
    }
    keep();
    const std::span<const FramePtr> frames = queue_->next(limit);
    return {joiner.join(frames), frames.size()};
}

void Outbox::written(const Next& done) noexcept {
    place_ = nullptr;
    if (queue_ == nullptr) {
        return;
    }
    queue_->written(done.frames);
    if (queue_->empty()) {
        queue_.reset();
    }
}

void Outbox::keep() {
    if (place_ == nullptr) {
        return;
    }
    std::vector<const FramePtr*> frames(place_->frames());
    auto last = frames.rbegin();
    for (const TurnFrames::Place* at = place_; at != nullptr; at = at->before()) {
        *last++ = &at->last();
    }
    auto queue = std::make_unique<FrameQueue>();
    for (const FramePtr* frame : frames) {
        queue->add(*frame);
    }
    queue_ = std::move(queue);
    place_ = nullptr;
}

void Outbox::clear() noexcept {
    place_ = nullptr;
    queue_.reset();
}

}  // namespace reverb
