#include "channel/fan_out.h"

#include <bit>

namespace reverb {

void FanOut::publish(std::string key, FramePtr frame, SocketId except) const {
    ThreadMask threads = directory_.threads(key);
    if (threads == 0) {
        return;
    }
    const auto broadcast =
        std::make_shared<const Broadcast>(Broadcast{std::move(key), std::move(frame), except});
    for (; threads != 0; threads &= threads - 1) {
        targets_[static_cast<std::size_t>(std::countr_zero(threads))]->post(broadcast);
    }
}

}  // namespace reverb
