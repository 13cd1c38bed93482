#include "net/end_signals.h"

#include <unistd.h>

#include <atomic>

namespace reverb {

namespace {

std::atomic<int> arrived{0};
std::atomic<void (*)(int)> libuv_handler{nullptr};
std::atomic<EndSignals::Busy*> busy{nullptr};

static_assert(std::atomic<int>::is_always_lock_free);
static_assert(std::atomic<EndSignals::Busy*>::is_always_lock_free);

// By the default action, so that who waits for the process sees what ended it. It does not end
// process 1 of a container.
[[noreturn]] void end_process(int number) noexcept {
    ::signal(number, SIG_DFL);
    ::raise(number);
    sigset_t arrives;
    ::sigemptyset(&arrives);
    ::sigaddset(&arrives, number);
    ::pthread_sigmask(SIG_UNBLOCK, &arrives, nullptr);
    ::_exit(128 + number);
}

}  // namespace

struct sigaction EndSignals::in_front_of(const struct sigaction& libuv,
                                         const struct sigaction& before) noexcept {
    struct sigaction action = libuv;
    // libuv puts none where it has one: that of an outer loop, which is ours, or in a forked child
    // that of its parent's loop, of which nothing is left but libuv's memory of it.
    if (libuv.sa_handler != before.sa_handler) {
        libuv_handler = libuv.sa_handler;
        action.sa_handler = handle;
    }
    arrived = 0;
    return action;
}

void EndSignals::handle(int number) {
    const bool first = arrived.fetch_add(1) == 0;
    if (const Busy* const now = busy; now != nullptr) {
        if (!first) {
            end_process(number);
        }
        now->told_(now->context_);
    }
    libuv_handler.load()(number);
}

void EndSignals::forget_busy() noexcept {
    busy = nullptr;
}

EndSignals::Busy::Busy(Told told, void* context) noexcept
    : told_(told), context_(context), outer_(busy) {
    busy = this;
}

EndSignals::Busy::~Busy() {
    busy = outer_;
}

}  // namespace reverb
