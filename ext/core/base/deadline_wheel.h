// Deadlines of one thread's connections, on a hashed wheel: arming and cancelling are O(1), and a
// connection needs no timer of its own. Owned by an I/O thread, used on it alone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace reverb {

class DeadlineWheel;

// Something with one deadline at a time. Cancels itself when destroyed.
class Deadline {
  public:
    Deadline() = default;
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    virtual ~Deadline();

    // Called by the wheel once the deadline has passed; it is disarmed then and may be armed anew.
    virtual void expired(std::uint64_t now_ms) = 0;

  private:
    friend class DeadlineWheel;
    Deadline* previous_ = nullptr;  // a neighbour in the slot, or null when first
    Deadline* next_ = nullptr;
    DeadlineWheel* wheel_ = nullptr;  // null when not armed
    std::uint64_t at_ = 0;
    std::uint16_t slot_ = 0;
};

class DeadlineWheel {
  public:
    // Milliseconds between two slots: how late a deadline may be noticed, the tick aside.
    static constexpr std::uint64_t granularity_ms = 100;

    explicit DeadlineWheel(std::uint64_t now_ms) : swept_(now_ms / granularity_ms) {}
    DeadlineWheel(const DeadlineWheel&) = delete;
    DeadlineWheel& operator=(const DeadlineWheel&) = delete;
    ~DeadlineWheel();

    // Sets the deadline, in place of an earlier one. Never fires before `at_ms`.
    void arm(Deadline& deadline, std::uint64_t at_ms);
    void cancel(Deadline& deadline) noexcept;
    // Fires all deadlines that have passed.
    void advance(std::uint64_t now_ms);

  private:
    static constexpr std::size_t slots = 512;

    void fire_slot(std::size_t slot, std::uint64_t now_ms);

    std::array<Deadline*, slots> heads_{};
    std::uint64_t swept_;         // the last slot time that was swept
    Deadline* cursor_ = nullptr;  // the next one of the sweep under way
};

}  // namespace reverb
