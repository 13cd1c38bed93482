// One run() of a server, from its start to the end of its last thread: the loop of PHP's thread
// with signals, timers and hooks. Lives on the heap while run() is on the stack; PHP's thread only,
// but for what HookQueue calls to wake it.
//
// It ends in one of these ways:
//   - a signal or stop(): the server drains, hooks go on, then the loop ends; what is not told by
//     the end of drain_timeout is dropped;
//   - exit() or a fatal error in PHP code: the server drains, no PHP code runs any more;
//   - a second signal: at once; while PHP code runs, by ending the process;
//   - a child forked by PHP code comes back from it: that process leaves the loop at once and
//     touches nothing, since threads, sockets and the socket's file are its parent's.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "base/fork_generation.h"
#include "binding/listeners.h"
#include "hooks.h"
#include "net/control_loop.h"
#include "server.h"
#include "server_config.h"

namespace reverb::binding {

struct Timer {
    Callable callback;
    std::chrono::milliseconds interval{0};
    std::uint64_t in_loop = 0;  // its number there, while run() is active
};

using Timers = std::map<zend_long, Timer>;

class Run {
  public:
    // Starts the server. Throws ConfigError. The listeners and the timers stay their owner's.
    Run(const ServerConfig& config, std::unique_ptr<Server> server,
        std::shared_ptr<HookQueue> hooks, Listeners& listeners, Timers& timers);
    // Ends the server's threads. Must not run in a forked child.
    ~Run();
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    // Serves until the end. Must not be called from a forked child.
    void serve();

    // What the run came to, once serve() has returned.
    [[nodiscard]] bool bailed_out() const noexcept { return bailed_out_; }
    [[nodiscard]] bool in_forked_child() const noexcept;
    [[nodiscard]] Server& server() noexcept { return *server_; }

    // Asks the listener for every application that is wanted. A listener may need one itself, for
    // what it publishes: then this is called within its call.
    void answer_questions();

    void request_stop();
    void start_timer(zend_long number, Timer& timer);
    void stop_timer(const Timer& timer);

  private:
    // Runs PHP code, and reports what it throws.
    template <typename Code>
    CallEnd busy_with(Code code);
    void call(const Callable& listener, BuildArgument build, const void* source);
    // The same for one of several: take_signals_back() has to follow.
    void tell(const Callable& listener, BuildArgument build, const void* source);
    void end_of_call(CallEnd end);
    // PHP code may have put its own handlers in place of ours (pcntl_signal does).
    void take_signals_back();
    void tell_started();
    void on_end_signal(int signal);
    // Within the handler: the clients do not wait for the PHP code that runs.
    void on_end_signal_while_busy() noexcept;
    void note_stop_asked() noexcept;
    void reload_certificate();
    void begin_drain(const char* reason);
    void end_when_drained();
    // What nobody has been told by now is not told any more.
    void drop_waiting();
    void schedule_pump();
    void pump();
    // What its turn has room for. False when nothing is left.
    bool tell_waiting();
    // False when nothing is asked.
    bool answer_question();

    ForkGeneration process_;  // that has the threads
    std::shared_ptr<HookQueue> hooks_;
    Listeners& listeners_;
    Timers& timers_;
    std::uint64_t time_to_drain_ms_;
    std::unique_ptr<ControlLoop> loop_;
    std::unique_ptr<Server> server_;
    Started started_;

    std::vector<HookEvent> events_;  // taken from the queue, told up to next_
    std::size_t next_ = 0;
    std::atomic<bool> pump_scheduled_{false};

    int end_signals_ = 0;
    bool draining_ = false;
    std::atomic<std::uint64_t> stop_asked_ms_{0};  // when, 0: not yet
    std::uint64_t drained_at_ms_ = 0;
    bool php_is_over_ = false;  // no PHP code may run any more
    bool bailed_out_ = false;
};

}  // namespace reverb::binding
