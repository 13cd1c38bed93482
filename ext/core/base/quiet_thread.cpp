#include "base/quiet_thread.h"

#include <csignal>
#include <utility>

namespace reverb {

namespace {

class NoSignals {
  public:
    NoSignals() {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~NoSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    NoSignals(const NoSignals&) = delete;
    NoSignals& operator=(const NoSignals&) = delete;

  private:
    sigset_t before_{};
};

}  // namespace

// A thread inherits the mask, so that none can arrive before it has set its own.
std::thread quiet_thread(std::function<void()> run) {
    const NoSignals here;
    return std::thread(std::move(run));
}

}  // namespace reverb
