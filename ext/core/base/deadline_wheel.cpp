#include "base/deadline_wheel.h"

#include <algorithm>

namespace reverb {

Deadline::~Deadline() {
    if (wheel_ != nullptr) {
        wheel_->cancel(*this);
    }
}

DeadlineWheel::~DeadlineWheel() {
    for (Deadline* head : heads_) {
        while (head != nullptr) {
            Deadline* next = head->next_;
            head->wheel_ = nullptr;
            head = next;
        }
    }
}

void DeadlineWheel::arm(Deadline& deadline, std::uint64_t at_ms) {
    cancel(deadline);
    // Rounded up: a slot is swept only when every deadline in it that is due this round has passed.
    const std::uint64_t due = (at_ms + granularity_ms - 1) / granularity_ms;
    deadline.at_ = at_ms;
    deadline.slot_ = static_cast<std::uint16_t>(std::max(due, swept_ + 1) % slots);
    deadline.wheel_ = this;
    deadline.next_ = heads_[deadline.slot_];
    if (deadline.next_ != nullptr) {
        deadline.next_->previous_ = &deadline;
    }
    heads_[deadline.slot_] = &deadline;
}

void DeadlineWheel::cancel(Deadline& deadline) noexcept {
    if (deadline.wheel_ == nullptr) {
        return;
    }
    if (cursor_ == &deadline) {
        cursor_ = deadline.next_;
    }
    if (deadline.previous_ != nullptr) {
        deadline.previous_->next_ = deadline.next_;
    } else {
        heads_[deadline.slot_] = deadline.next_;
    }
    if (deadline.next_ != nullptr) {
        deadline.next_->previous_ = deadline.previous_;
    }
    deadline.previous_ = deadline.next_ = nullptr;
    deadline.wheel_ = nullptr;
}

void DeadlineWheel::advance(std::uint64_t now_ms) {
    const std::uint64_t now_slot = now_ms / granularity_ms;
    // After a long pause one round sees every slot; more would see them twice.
    if (now_slot > swept_ + slots) {
        swept_ = now_slot - slots;
    }
    while (swept_ < now_slot) {
        ++swept_;
        fire_slot(swept_ % slots, now_ms);
    }
}

void DeadlineWheel::fire_slot(std::size_t slot, std::uint64_t now_ms) {
    cursor_ = heads_[slot];
    while (cursor_ != nullptr) {
        Deadline& deadline = *cursor_;
        cursor_ = deadline.next_;
        if (deadline.at_ <= now_ms) {
            cancel(deadline);
            deadline.expired(now_ms);
        }
    }
}

}  // namespace reverb
