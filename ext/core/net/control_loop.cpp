#include "net/control_loop.h"

#include <pthread.h>
#include <uv.h>

#include <csignal>
#include <map>
#include <utility>
#include <vector>

#include "base/mailbox.h"
#include "net/uv_handle.h"

namespace reverb {

namespace {

struct Timer {
    UvHandle<uv_timer_t> handle;
    ControlLoop::Task task;
};

struct Signal {
    UvHandle<uv_signal_t> handle;
    std::function<void(int)> handler;
    struct sigaction before {};  // who had it, to be put back
    struct sigaction ours {};    // libuv's own, to be installed again
};

}  // namespace

struct ControlLoop::Impl {
    uv_loop_t loop{};
    UvHandle<uv_async_t> wake;
    Mailbox<Task> mailbox;
    std::map<std::uint64_t, Timer> timers;
    std::map<int, Signal> signals;
    std::uint64_t last_timer = 0;
    bool stopping = false;
    bool in_forked_child = false;

    // The loop whose tasks run on this thread now.
    static thread_local Impl* serving;

    // In a child, as soon as it is forked. Until it calls exec() or returns from the task it would
    // answer signals by a write into the pipe that it shares with its parent's loop.
    static void on_fork() {
        if (serving == nullptr) {
            return;
        }
        serving->in_forked_child = true;
        for (const auto& [number, signal] : serving->signals) {
            struct sigaction now {};
            ::sigaction(number, nullptr, &now);
            if (now.sa_handler == signal.ours.sa_handler) {
                ::sigaction(number, &signal.before, nullptr);
            }
        }
    }

    // A child that comes back from a task must not poll: it would take what wakes its parent. The
    // loop gets descriptors of its own there and ends; no other task runs in it.
    template <typename Function, typename... Arguments>
    void run_task(const Function& task, Arguments... arguments) {
        if (in_forked_child) {
            return;
        }
        task(arguments...);
        if (in_forked_child) {
            uv_loop_fork(&loop);
            stopping = true;
        }
    }

    void read_mail() {
        std::vector<Task> tasks;
        mailbox.take(tasks);
        for (const Task& task : tasks) {
            run_task(task);
        }
    }

    void start_signal(int number, Signal& signal) {
        uv_signal_start(
            signal.handle.get(),
            [](uv_signal_t* handle, int caught) {
                auto* impl = static_cast<Impl*>(handle->data);
                const auto found = impl->signals.find(caught);
                if (found != impl->signals.end()) {
                    // A copy: the handler may put another in its place.
                    const std::function<void(int)> handler = found->second.handler;
                    impl->run_task(handler, caught);
                }
            },
            number);
    }

    void fire(const uv_timer_t* handle) {
        for (const auto& [id, timer] : timers) {
            if (timer.handle.get() == handle) {
                // A copy: the task may cancel its own timer.
                const Task task = timer.task;
                return run_task(task);
            }
        }
    }
};

thread_local ControlLoop::Impl* ControlLoop::Impl::serving = nullptr;

ControlLoop::ControlLoop() : impl_(std::make_unique<Impl>()) {
    static const int registered = pthread_atfork(nullptr, nullptr, Impl::on_fork);
    (void)registered;
    uv_loop_init(&impl_->loop);
    auto handle = std::make_unique<uv_async_t>();
    uv_async_init(&impl_->loop, handle.get(),
                  [](uv_async_t* woken) { static_cast<Impl*>(woken->data)->read_mail(); });
    impl_->wake.reset(handle.release());
    impl_->wake->data = impl_.get();
}

ControlLoop::~ControlLoop() {
    // libuv leaves each signal to its default action, which would end the process if the signal
    // came before the earlier handler is back: until then they wait.
    sigset_t ours;
    sigset_t mask;
    ::sigemptyset(&ours);
    std::map<int, struct sigaction> before;
    for (const auto& [number, signal] : impl_->signals) {
        before.emplace(number, signal.before);
        ::sigaddset(&ours, number);
    }
    ::pthread_sigmask(SIG_BLOCK, &ours, &mask);
    impl_->signals.clear();
    impl_->timers.clear();
    impl_->wake.reset();
    uv_run(&impl_->loop, UV_RUN_DEFAULT);
    uv_loop_close(&impl_->loop);
    for (const auto& [number, action] : before) {
        ::sigaction(number, &action, nullptr);
    }
    ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
}

void ControlLoop::on_signal(int signal, std::function<void(int)> handler) {
    Signal& entry = impl_->signals[signal];
    entry.handler = std::move(handler);
    if (!entry.handle) {
        ::sigaction(signal, nullptr, &entry.before);
        auto handle = std::make_unique<uv_signal_t>();
        uv_signal_init(&impl_->loop, handle.get());
        entry.handle.reset(handle.release());
        entry.handle->data = impl_.get();
    }
    impl_->start_signal(signal, entry);
    ::sigaction(signal, nullptr, &entry.ours);
}

void ControlLoop::rearm_signals() {
    // Never by way of the default action, which would end the process if the signal came then.
    for (const auto& [number, signal] : impl_->signals) {
        ::sigaction(number, &signal.ours, nullptr);
    }
}

std::uint64_t ControlLoop::every(std::chrono::milliseconds interval, Task task) {
    auto handle = std::make_unique<uv_timer_t>();
    uv_timer_init(&impl_->loop, handle.get());
    Timer timer{UvHandle<uv_timer_t>(handle.release()), std::move(task)};
    timer.handle->data = impl_.get();
    const auto period = static_cast<std::uint64_t>(interval.count());
    uv_timer_start(
        timer.handle.get(), [](uv_timer_t* fired) { static_cast<Impl*>(fired->data)->fire(fired); },
        period, period);
    const std::uint64_t id = ++impl_->last_timer;
    impl_->timers.emplace(id, std::move(timer));
    return id;
}

bool ControlLoop::cancel(std::uint64_t timer) {
    return impl_->timers.erase(timer) > 0;
}

void ControlLoop::post(Task task) {
    if (impl_->mailbox.put(std::move(task))) {
        uv_async_send(impl_->wake.get());
    }
}

void ControlLoop::run() {
    Impl* const outer = std::exchange(Impl::serving, impl_.get());
    impl_->stopping = false;
    while (!impl_->stopping) {
        uv_run(&impl_->loop, UV_RUN_ONCE);
    }
    Impl::serving = outer;
}

void ControlLoop::stop() {
    post([this] { impl_->stopping = true; });
}

}  // namespace reverb
