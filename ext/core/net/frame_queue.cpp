#include "net/frame_queue.h"

namespace reverb {

void FrameQueue::add(const FramePtr& frame) {
    frames_.push_back(frame);
    bytes_ += frame->size();
}

std::span<const FramePtr> FrameQueue::next(std::size_t limit) const noexcept {
    const std::span<const FramePtr> waiting = std::span(frames_).subspan(written_);
    std::size_t taken = 0;
    std::size_t size = 0;
    while (taken < waiting.size() && (taken == 0 || size + waiting[taken]->size() <= limit)) {
        size += waiting[taken++]->size();
    }
    return waiting.first(taken);
}

void FrameQueue::written(std::size_t frames) noexcept {
    for (const FramePtr& frame : std::span(frames_).subspan(written_, frames)) {
        bytes_ -= frame->size();
    }
    written_ += frames;
    // The done ones hold memory of frames that others have long written.
    if (written_ > 0 && written_ >= frames_.size() / 2) {
        frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(written_));
        written_ = 0;
    }
}

}  // namespace reverb
