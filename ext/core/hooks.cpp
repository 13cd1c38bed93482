#include "hooks.h"

#include <utility>

namespace reverb {

namespace {
std::uint32_t bit(Hook hook) noexcept {
    return 1U << static_cast<unsigned>(hook);
}
}  // namespace

void HookQueue::want(Hook hook, bool wanted) noexcept {
    if (wanted) {
        wanted_.fetch_or(bit(hook), std::memory_order_relaxed);
    } else {
        wanted_.fetch_and(~bit(hook), std::memory_order_relaxed);
    }
}

bool HookQueue::wanted(Hook hook) const noexcept {
    return (wanted_.load(std::memory_order_relaxed) & bit(hook)) != 0;
}

bool HookQueue::connections_wanted() const noexcept {
    const std::uint32_t others =
        bit(Hook::log) | bit(Hook::channel_created) | bit(Hook::channel_removed);
    return (wanted_.load(std::memory_order_relaxed) & ~others) != 0;
}

void HookQueue::push(HookEvent event) {
    std::function<void()> wake;
    {
        const std::scoped_lock lock(mutex_);
        const std::size_t bytes =
            event.text.size() + event.detail.size() + event.origin.size() + event.user_id.size();
        if (events_.size() >= capacity || bytes_ + bytes > max_bytes) {
            dropped_.fetch_add(1, std::memory_order_relaxed);
            return;
        }
        bytes_ += bytes;
        events_.push_back(std::move(event));
        if (events_.size() == 1) {
            wake = wake_;
        }
    }
    if (wake) {
        wake();
    }
}

std::vector<HookEvent> HookQueue::take() {
    const std::scoped_lock lock(mutex_);
    bytes_ = 0;
    return std::exchange(events_, {});
}

std::size_t HookQueue::drop(std::size_t taken) {
    const std::size_t events = taken + take().size();
    dropped_.fetch_add(events, std::memory_order_relaxed);
    return events;
}

std::uint64_t HookQueue::dropped() const noexcept {
    return dropped_.load(std::memory_order_relaxed);
}

std::size_t HookQueue::waiting() const {
    const std::scoped_lock lock(mutex_);
    return events_.size();
}

void HookQueue::on_push(std::function<void()> wake) {
    const std::scoped_lock lock(mutex_);
    wake_ = std::move(wake);
}

}  // namespace reverb
