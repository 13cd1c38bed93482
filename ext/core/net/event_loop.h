// A libuv loop for one thread: work posted by other threads, timers, work for the end of a turn.
// Owned by the thread that calls run(); only post() and stop() may be called elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

struct uv_loop_s;

namespace reverb {

class EventLoop {
  public:
    using Task = std::function<void()>;

    EventLoop();
    // Waits for what is left of its handles to close.
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    // Calls `task` every `interval` from now on, until cancelled; returns the timer's id, never 0.
    // Timers may be added and cancelled from within a task.
    std::uint64_t every(std::chrono::milliseconds interval, Task task);
    // Once, after `delay`.
    std::uint64_t after(std::chrono::milliseconds delay, Task task);
    // False where there is no such timer, or it has fired for the last time.
    bool cancel(std::uint64_t timer);
    // Runs `task` when all that is due now has been done, before the loop waits: the place to write
    // what this turn has gathered.
    void defer(Task task);

    // Any thread: runs `task` on the loop's thread, soon.
    void post(Task task);

    // Serves until stop() is called. Tasks must not throw. A task may fork: in the child run()
    // returns when that task does, without a touch to what the parent's loop waits for; the child
    // must not use the loop again, nor destroy it.
    void run();
    // Any thread.
    void stop();

    // For net/ alone: the loop, for handles of its own; how they run what they call; and what is
    // called in a child as soon as a task has forked it.
    [[nodiscard]] uv_loop_s* uv() noexcept;
    void run_task(const Task& task);
    void on_fork(Task in_child);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace reverb
