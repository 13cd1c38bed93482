#include "base/fork_generation.h"

#include <pthread.h>

#include <atomic>

namespace reverb {

namespace {

// Forks between the process that loaded this code and the one that reads it.
std::atomic<std::uint64_t> forks{0};

// From the first call on a fork is counted.
std::uint64_t forks_so_far() noexcept {
    static const int registered =
        pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
    (void)registered;
    return forks.load(std::memory_order_relaxed);
}

}  // namespace

ForkGeneration::ForkGeneration() noexcept : number_(forks_so_far()) {
}

bool ForkGeneration::is_current() const noexcept {
    return number_ == forks.load(std::memory_order_relaxed);
}

}  // namespace reverb
