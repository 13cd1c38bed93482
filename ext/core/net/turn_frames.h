// What connections were sent in this turn of the loop, as sequences of frames that they share:
// whoever got the same frames in the same order stands at the same place, so that one more
// subscriber is one pointer, and the frames are joined once. Owned by an I/O thread, used on it
// alone; places are good until the turn ends.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "base/frame.h"

namespace reverb {

class TurnFrames {
  public:
    // A sequence, as its last frame and the place of those before it.
    class Place {
      public:
        [[nodiscard]] const FramePtr& last() const noexcept { return frame_; }
        [[nodiscard]] const Place* before() const noexcept { return before_; }  // null: none
        [[nodiscard]] std::size_t frames() const noexcept { return frames_; }
        [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

      private:
        friend class TurnFrames;
        FramePtr frame_;
        Place* before_ = nullptr;
        Place* next_ = nullptr;  // where the latest went on from here
        std::size_t frames_ = 0;
        std::size_t bytes_ = 0;
        std::string joined_;
    };

    // The place of that sequence and one frame more. `at` is null, or of this turn.
    [[nodiscard]] Place* append(Place* at, const FramePtr& frame) {
        Place* next = at == nullptr ? first_ : at->next_;
        return next != nullptr && next->frame_ == frame ? next : append_new(at, frame);
    }
    // The bytes of the whole sequence, valid until the next call. A single frame is not copied.
    [[nodiscard]] std::string_view join(Place& place);
    // The turn is over: lets go of all frames. Nobody may be at any place.
    void forget() noexcept;

  private:
    [[nodiscard]] Place* append_new(Place* at, const FramePtr& frame);

    std::deque<Place> places_;
    Place* first_ = nullptr;  // where the latest began
    std::size_t joined_ = 0;  // bytes kept with their places
    std::string scratch_;     // what is joined when no more may be kept
    Place* in_scratch_ = nullptr;
};

}  // namespace reverb
