#include "net/event_loop.h"

#include <pthread.h>
#include <uv.h>

#include <map>
#include <utility>
#include <vector>

#include "base/fork_generation.h"
#include "base/mailbox.h"
#include "net/uv_handle.h"

namespace reverb {

struct EventLoop::Impl {
    struct Timer {
        Impl* impl = nullptr;
        std::uint64_t id = 0;
        UvHandle<uv_timer_t> handle;
        Task task;
        bool once = false;
    };

    uv_loop_t loop{};
    UvHandle<uv_async_t> wake;
    UvHandle<uv_prepare_t> before_waiting;
    Mailbox<Task> mailbox;
    std::vector<Task> deferred;
    std::map<std::uint64_t, Timer> timers;
    std::uint64_t last_timer = 0;
    Task in_child;
    bool stopping = false;
    ForkGeneration process;  // whose descriptors it has

    // The loop whose tasks run on this thread now.
    static thread_local Impl* serving;

    static void on_fork() {
        if (serving != nullptr && serving->in_child) {
            serving->in_child();
        }
    }

    template <typename Handle, typename Init>
    UvHandle<Handle> open(Init init) {
        auto handle = std::make_unique<Handle>();
        init(handle.get());
        handle->data = this;
        return UvHandle<Handle>(handle.release());
    }

    // A child that comes back from a task must not poll: it would take what wakes its parent. The
    // loop gets descriptors of its own there and ends; no other task runs in it.
    void run_task(const Task& task) {
        if (!process.is_current()) {
            return;
        }
        task();
        if (!process.is_current()) {
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

    void run_deferred() {
        std::vector<Task> tasks;
        tasks.swap(deferred);
        for (const Task& task : tasks) {
            run_task(task);
        }
        if (!deferred.empty()) {
            // Their turn is the next one, which must not wait.
            uv_async_send(wake.get());
        }
    }

    std::uint64_t start(std::chrono::milliseconds delay, Task task, bool once) {
        const std::uint64_t id = ++last_timer;
        Timer& timer = timers[id];
        timer.impl = this;
        timer.id = id;
        timer.task = std::move(task);
        timer.once = once;
        timer.handle =
            open<uv_timer_t>([this](uv_timer_t* handle) { uv_timer_init(&loop, handle); });
        timer.handle->data = &timer;
        const auto period = static_cast<std::uint64_t>(delay.count());
        // libuv counts from the beginning of its turn, of which the task that starts this timer may
        // have taken any part. Its clock is not set forward here: tasks that each start a timer
        // which is due before the next of them ends would follow one another for ever, all in one
        // turn.
        const std::uint64_t since_turn = uv_hrtime() / 1'000'000 - uv_now(&loop);
        uv_timer_start(
            timer.handle.get(),
            [](uv_timer_t* fired) {
                Timer& due = *static_cast<Timer*>(fired->data);
                Impl& impl = *due.impl;
                // A copy: the task may cancel its own timer.
                const Task todo = due.task;
                if (due.once) {
                    impl.timers.erase(due.id);
                }
                impl.run_task(todo);
            },
            since_turn + period, once ? 0 : period);
        return id;
    }
};

thread_local EventLoop::Impl* EventLoop::Impl::serving = nullptr;

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {
    static const int registered = pthread_atfork(nullptr, nullptr, Impl::on_fork);
    (void)registered;
    uv_loop_t* const loop = &impl_->loop;
    uv_loop_init(loop);
    impl_->wake = impl_->open<uv_async_t>([loop](uv_async_t* handle) {
        uv_async_init(loop, handle,
                      [](uv_async_t* woken) { static_cast<Impl*>(woken->data)->read_mail(); });
    });
    impl_->before_waiting = impl_->open<uv_prepare_t>([loop](uv_prepare_t* handle) {
        uv_prepare_init(loop, handle);
        uv_prepare_start(handle, [](uv_prepare_t* preparing) {
            static_cast<Impl*>(preparing->data)->run_deferred();
            // What timers and these took is no part of how long to wait.
            uv_update_time(preparing->loop);
        });
    });
}

EventLoop::~EventLoop() {
    impl_->timers.clear();
    impl_->before_waiting.reset();
    impl_->wake.reset();
    uv_run(&impl_->loop, UV_RUN_DEFAULT);
    uv_loop_close(&impl_->loop);
}

std::uint64_t EventLoop::every(std::chrono::milliseconds interval, Task task) {
    return impl_->start(interval, std::move(task), false);
}

std::uint64_t EventLoop::after(std::chrono::milliseconds delay, Task task) {
    return impl_->start(delay, std::move(task), true);
}

bool EventLoop::cancel(std::uint64_t timer) {
    return impl_->timers.erase(timer) > 0;
}

void EventLoop::defer(Task task) {
    impl_->deferred.push_back(std::move(task));
}

void EventLoop::post(Task task) {
    if (impl_->mailbox.put(std::move(task))) {
        uv_async_send(impl_->wake.get());
    }
}

void EventLoop::run() {
    Impl* const outer = std::exchange(Impl::serving, impl_.get());
    impl_->stopping = false;
    while (!impl_->stopping) {
        uv_run(&impl_->loop, UV_RUN_ONCE);
    }
    Impl::serving = outer;
}

void EventLoop::stop() {
    post([this] { impl_->stopping = true; });
}

uv_loop_t* EventLoop::uv() noexcept {
    return &impl_->loop;
}

void EventLoop::run_task(const Task& task) {
    impl_->run_task(task);
}

void EventLoop::on_fork(Task in_child) {
    impl_->in_child = std::move(in_child);
}

}  // namespace reverb
