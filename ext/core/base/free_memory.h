// Gives memory that was freed back to the system: glibc keeps it where a few bytes in use lie above
// it, for a server as much as its busiest minute took. What is particular to glibc stays in
// free_memory.cpp.
#pragma once

#include <cstddef>

namespace reverb {

// Of all threads. Takes about 0.1 µs for each piece that was freed since the last time.
void return_free_memory() noexcept;

// When that is worth it: after many connections have gone, in a moment without more of them. One
// an I/O thread, used on it alone.
class ReturnSchedule {
  public:
    void closed() noexcept { ++closed_; }
    // Asked at each tick, with the number of connections that are there.
    [[nodiscard]] bool due(std::size_t connections) noexcept;

  private:
    std::size_t closed_ = 0;  // since memory was last returned
    std::size_t before_ = 0;  // closed_ at the last tick
    unsigned quiet_ = 0;      // ticks since the last one went
    unsigned waited_ = 0;     // ticks since it was worth it
};

}  // namespace reverb
