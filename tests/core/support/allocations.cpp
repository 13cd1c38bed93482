#include "support/allocations.h"

#include <algorithm>
#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define REVERB_OWN_HEAP 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define REVERB_OWN_HEAP 0
#else
#define REVERB_OWN_HEAP 1
#endif
#else
#define REVERB_OWN_HEAP 1
#endif

namespace reverb::testing {

namespace {
thread_local bool counting = false;
thread_local Allocations counted;
}  // namespace

bool allocations_are_counted() noexcept {
    return REVERB_OWN_HEAP != 0;
}

AllocationCounter::AllocationCounter() noexcept {
    counted = {};
    counting = true;
}

AllocationCounter::~AllocationCounter() {
    counting = false;
}

Allocations AllocationCounter::so_far() const noexcept {
    return counted;
}

// NOLINTNEXTLINE(misc-use-internal-linkage): used by the operators below, which have none.
void note_allocation(std::size_t size) noexcept {
    if (counting) {
        ++counted.count;
        counted.bytes += size;
        counted.largest = std::max(counted.largest, size);
    }
}

}  // namespace reverb::testing

#if REVERB_OWN_HEAP
// The aligned forms are not replaced: nothing that is counted here uses them.
void* operator new(std::size_t size) {
    reverb::testing::note_allocation(size);
    if (void* memory = std::malloc(size != 0 ? size : 1)) {
        return memory;
    }
    throw std::bad_alloc();
}
void* operator new[](std::size_t size) {
    return operator new(size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete[](void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}
#endif
