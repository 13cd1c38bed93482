// What the C++ heap is asked for, counted on the thread that asks. Not counted under sanitizers,
// which bring a heap of their own.
#pragma once

#include <cstddef>

namespace reverb::testing {

struct Allocations {
    std::size_t count = 0;
    std::size_t bytes = 0;
    std::size_t largest = 0;
};

[[nodiscard]] bool allocations_are_counted() noexcept;

// Counts on this thread for as long as it lives. One at a time.
class AllocationCounter {
  public:
    AllocationCounter() noexcept;
    ~AllocationCounter();
    AllocationCounter(const AllocationCounter&) = delete;
    AllocationCounter& operator=(const AllocationCounter&) = delete;
    [[nodiscard]] Allocations so_far() const noexcept;
};

}  // namespace reverb::testing
