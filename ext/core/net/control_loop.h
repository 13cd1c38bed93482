// The loop of the thread that calls run(): an EventLoop that also has the signals. It serves no
// client's socket. Owned by that thread; only post() and stop() may be called elsewhere. In a
// child that a task forks, the signals are at once as they were.
#pragma once

#include <functional>
#include <memory>

#include "net/event_loop.h"

namespace reverb {

class ControlLoop : public EventLoop {
  public:
    ControlLoop();
    ~ControlLoop();
    ControlLoop(const ControlLoop&) = delete;
    ControlLoop& operator=(const ControlLoop&) = delete;

    // Calls `handler` with the signal's number. Takes the signal over from whoever had it until
    // the loop is destroyed, which puts the earlier handler back.
    void on_signal(int signal, std::function<void(int)> handler);
    // The same for a signal that asks the process to end: see EndSignals for what it does while the
    // loop is busy.
    void on_end_signal(int signal, std::function<void(int)> handler);
    // Installs the handlers again: code that ran in between may have replaced them.
    void rearm_signals();

  private:
    struct Signals;
    std::unique_ptr<Signals> signals_;
};

}  // namespace reverb
