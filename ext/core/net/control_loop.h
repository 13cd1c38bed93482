// The loop of the thread that calls run(): signals, timers and work posted by other threads. It
// serves no client's socket. Owned by that thread; only post() and stop() may be called elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace reverb {

class ControlLoop {
  public:
    using Task = std::function<void()>;

    ControlLoop();
    ~ControlLoop();
    ControlLoop(const ControlLoop&) = delete;
    ControlLoop& operator=(const ControlLoop&) = delete;

    // Calls `handler` with the signal's number. Takes the signal over from whoever had it until
    // the loop is destroyed, which puts the earlier handler back.
    void on_signal(int signal, std::function<void(int)> handler);
    // Installs the handlers again: code that ran in between may have replaced them.
    void rearm_signals();

    // Calls `task` every `interval` until cancelled; returns the timer's id. Timers may be added
    // and cancelled from within a task.
    std::uint64_t every(std::chrono::milliseconds interval, Task task);
    bool cancel(std::uint64_t timer);

    // Any thread: runs `task` on the loop's thread, soon.
    void post(Task task);

    // Serves until stop() is called. Tasks must not throw. A task may fork: the signals are at once
    // as they were in the child, and there run() returns when that task does, without a touch to
    // what the parent's loop waits for; the child must not use the loop again, nor destroy it.
    void run();
    // Any thread.
    void stop();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace reverb
