#include "net/control_loop.h"

#include <uv.h>

#include <csignal>
#include <map>
#include <utility>

#include "net/end_signals.h"
#include "net/uv_handle.h"

namespace reverb {

namespace {

struct Signal {
    UvHandle<uv_signal_t> handle;
    std::function<void(int)> handler;
    struct sigaction before {};  // who had it, to be put back
    struct sigaction ours {};    // to be installed again
};

}  // namespace

struct ControlLoop::Signals {
    explicit Signals(ControlLoop& control) : control(control) {}

    ControlLoop& control;
    std::map<int, Signal> by_number;

    // In a child, as soon as it is forked. Until it calls exec() or returns from the task it would
    // answer signals by a write into the pipe that it shares with its parent's loop.
    void leave_to_others() {
        EndSignals::forget_busy();
        for (const auto& [number, signal] : by_number) {
            struct sigaction now {};
            ::sigaction(number, nullptr, &now);
            if (now.sa_handler == signal.ours.sa_handler) {
                ::sigaction(number, &signal.before, nullptr);
            }
        }
    }

    void take_over(int number, std::function<void(int)> handler, bool ends_process) {
        Signal& signal = by_number[number];
        signal.handler = std::move(handler);
        if (signal.handle) {
            return;
        }
        ::sigaction(number, nullptr, &signal.before);
        auto handle = std::make_unique<uv_signal_t>();
        uv_signal_init(control.uv(), handle.get());
        signal.handle.reset(handle.release());
        signal.handle->data = this;
        uv_signal_start(
            signal.handle.get(),
            [](uv_signal_t* caught, int arrived) {
                static_cast<Signals*>(caught->data)->tell(arrived);
            },
            number);
        ::sigaction(number, nullptr, &signal.ours);
        if (ends_process) {
            signal.ours = EndSignals::in_front_of(signal.ours, signal.before);
            ::sigaction(number, &signal.ours, nullptr);
        }
    }

    void tell(int number) {
        const auto found = by_number.find(number);
        if (found != by_number.end()) {
            // A copy: the handler may put another in its place.
            const std::function<void(int)> handler = found->second.handler;
            control.run_task([&] { handler(number); });
        }
    }
};

ControlLoop::ControlLoop() : signals_(std::make_unique<Signals>(*this)) {
    on_fork([this] { signals_->leave_to_others(); });
}

ControlLoop::~ControlLoop() {
    // libuv leaves each signal to its default action, which would end the process if the signal
    // came before the earlier handler is back: until then they wait.
    sigset_t ours;
    sigset_t mask;
    ::sigemptyset(&ours);
    std::map<int, struct sigaction> before;
    for (const auto& [number, signal] : signals_->by_number) {
        before.emplace(number, signal.before);
        ::sigaddset(&ours, number);
    }
    ::pthread_sigmask(SIG_BLOCK, &ours, &mask);
    signals_->by_number.clear();
    for (const auto& [number, action] : before) {
        ::sigaction(number, &action, nullptr);
    }
    ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
}

void ControlLoop::on_signal(int signal, std::function<void(int)> handler) {
    signals_->take_over(signal, std::move(handler), false);
}

void ControlLoop::on_end_signal(int signal, std::function<void(int)> handler) {
    signals_->take_over(signal, std::move(handler), true);
}

void ControlLoop::rearm_signals() {
    // Never by way of the default action, which would end the process if the signal came then.
    for (const auto& [number, signal] : signals_->by_number) {
        ::sigaction(number, &signal.ours, nullptr);
    }
}

}  // namespace reverb
