// What waits to be written to one connection, in order: a place among the frames of this turn of
// the loop, and behind a slow socket a queue. No I/O. Owned by its connection, used on that I/O
// thread alone.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/frame.h"
#include "net/frame_joiner.h"
#include "net/frame_queue.h"
#include "net/turn_frames.h"

namespace reverb {

class Outbox {
  public:
    // What to write next.
    struct Next {
        std::string_view bytes;  // valid until anything else is asked for
        std::size_t frames = 0;
    };

    // From then on it must be written or kept before the turn's frames are forgotten.
    void add(const FramePtr& frame, TurnFrames& turn) {
        if (queue_ == nullptr) {
            place_ = turn.append(place_, frame);
        } else {
            queue_->add(frame);
        }
    }
    [[nodiscard]] bool empty() const noexcept { return place_ == nullptr && queue_ == nullptr; }
    [[nodiscard]] std::size_t bytes() const noexcept {
        return (place_ == nullptr ? 0 : place_->bytes()) +
               (queue_ == nullptr ? 0 : queue_->bytes());
    }

    // As many frames as fit into `limit` bytes, but at least one. It must not be empty.
    [[nodiscard]] Next next(std::size_t limit, TurnFrames& turn, FrameJoiner& joiner);
    // Forgets them.
    void written(const Next& done) noexcept;
    // Takes what waits over into a queue of its own, which outlives the turn.
    void keep();
    void clear() noexcept;

  private:
    // One of the two at most.
    TurnFrames::Place* place_ = nullptr;
    std::unique_ptr<FrameQueue> queue_;
};

}  // namespace reverb
