#include "base/quiet_thread.h"

#include <csignal>
#include <utility>

namespace reverb {

// A thread inherits the mask, so that none can arrive before it has set its own.
std::thread quiet_thread(std::function<void()> run) {
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread(std::move(run));
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

}  // namespace reverb
