// Joins the frames of one write into one buffer. Subscribers of the same channel mostly wait for
// the same frames, so the bytes joined last are kept and given again. Owned by an I/O thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/frame.h"

namespace reverb {

class FrameJoiner {
  public:
    // The bytes of all frames, valid until the next call. A single frame is not copied.
    [[nodiscard]] std::string_view join(std::span<const FramePtr> frames);
    // Lets go of the frames joined last. To be called when a round of writes is over: while they
    // are held, an address that is the same means a frame that is the same.
    void forget() noexcept;

  private:
    std::vector<FramePtr> joined_;
    std::string bytes_;
};

}  // namespace reverb
