#include "net/frame_joiner.h"

#include <algorithm>

namespace reverb {

std::string_view FrameJoiner::join(std::span<const FramePtr> frames) {
    if (frames.size() == 1) {
        return frames.front()->bytes();
    }
    if (std::ranges::equal(frames, joined_)) {
        return bytes_;
    }
    joined_.assign(frames.begin(), frames.end());
    bytes_.clear();
    for (const FramePtr& frame : frames) {
        bytes_ += frame->bytes();
    }
    return bytes_;
}

void FrameJoiner::forget() noexcept {
    joined_.clear();
}

}  // namespace reverb
