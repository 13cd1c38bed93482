// What a connection's socket did not take in the turn it was sent: references to shared frames, in
// order. No I/O. Owned by that connection's outbox, which has one only while something waits; used
// on that I/O thread alone.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/frame.h"

namespace reverb {

class FrameQueue {
  public:
    void add(const FramePtr& frame);
    [[nodiscard]] bool empty() const noexcept { return written_ == frames_.size(); }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

    // The frames to write next: as many as fit into `limit` bytes, but at least one.
    [[nodiscard]] std::span<const FramePtr> next(std::size_t limit) const noexcept;
    // Forgets the first `frames`: they have been written.
    void written(std::size_t frames) noexcept;

  private:
    std::vector<FramePtr> frames_;
    std::size_t written_ = 0;  // frames at the front that are done with
    std::size_t bytes_ = 0;
};

}  // namespace reverb
