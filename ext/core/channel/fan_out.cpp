#include "channel/fan_out.h"

#include <algorithm>
#include <bit>

#include "channel/channel_name.h"

namespace reverb {

namespace {

constexpr std::size_t most_waiting = 64U << 20U;
constexpr std::size_t most_waiting_for_clients = 4U << 20U;

}  // namespace

void FanOut::publish(std::string key, FramePtr frame, SocketId except,
                     std::uint64_t cached_until_ms) const {
    if (!channel_kind(channel_of_key(key)).cache) {
        const ThreadMask threads = directory_.threads(key);
        return post(threads, {std::move(key), std::move(frame), except});
    }
    directory_.keep(key, frame, cached_until_ms, [&](ThreadMask threads, ChannelVersion version) {
        post(threads, {key, frame, except, version});
    });
}

void FanOut::post(ThreadMask threads, Broadcast broadcast) const {
    if (threads == 0) {
        return;
    }
    const auto shared = std::make_shared<const Broadcast>(std::move(broadcast));
    for (; threads != 0; threads &= threads - 1) {
        targets_[static_cast<std::size_t>(std::countr_zero(threads))]->post(shared);
    }
}

bool FanOut::overloaded() const noexcept {
    return any_has_more_than(most_waiting);
}

bool FanOut::overloaded_for_clients() const noexcept {
    return any_has_more_than(most_waiting_for_clients);
}

bool FanOut::any_has_more_than(std::size_t bytes) const noexcept {
    return std::ranges::any_of(
        targets_, [bytes](const auto* target) { return target->waiting_bytes() > bytes; });
}

void FanOut::terminate(const std::string& app_id, const std::string& user_id) const {
    for (BroadcastTarget* target : targets_) {
        target->terminate(app_id, user_id);
    }
}

}  // namespace reverb
