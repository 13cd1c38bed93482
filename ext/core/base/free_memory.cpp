#include "base/free_memory.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace reverb {

namespace {
// Fewer are not worth the look through the heap, and where many stay, what they leave is full of
// holes.
constexpr std::size_t least_closed = 1'000;
constexpr std::size_t closed_share = 4;
constexpr unsigned pause_ticks = 5;
// Where connections come and go without a pause.
constexpr unsigned most_ticks = 100;
}  // namespace

void return_free_memory() noexcept {
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
}

bool ReturnSchedule::due(std::size_t connections) noexcept {
    quiet_ = std::exchange(before_, closed_) == closed_ ? quiet_ + 1 : 0;
    if (closed_ < std::max(least_closed, connections / closed_share) ||
        (++waited_ < most_ticks && quiet_ < pause_ticks)) {
        return false;
    }
    *this = {};
    return true;
}

}  // namespace reverb
