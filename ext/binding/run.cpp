#include "binding/run.h"

#include <algorithm>
#include <csignal>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/host_port.h"
#include "binding/configuration.h"
#include "binding/outcome.h"
#include "binding/thread_state.h"
#include "net/end_signals.h"

namespace reverb::binding {

namespace {

// What a turn of the loop may spend on hooks before signals and timers get theirs.
constexpr int events_per_turn = 256;
constexpr std::chrono::milliseconds time_per_turn{10};

constexpr std::chrono::milliseconds drain_poll{20};
// What the clients' going brings about may be told at the end, however long they took.
constexpr std::uint64_t drain_grace_ms = 1'000;

const char* signal_name(int signal) noexcept {
    switch (signal) {
        case SIGTERM:
            return "SIGTERM";
        case SIGINT:
            return "SIGINT";
        case SIGHUP:
            return "SIGHUP";
        default:
            return "SIGUSR2";
    }
}

// TakeResult: throws in PHP where the array describes no application.
void take_application(const zval* result, void* sink) {
    auto& application = *static_cast<std::optional<Application>*>(sink);
    Outcome& outcome = thread_state().outcome;
    attempt(outcome, [&] { application = read_application(result); });
    (void)throw_unless_good(outcome);
}

}  // namespace

Run::Run(const ServerConfig& config, std::unique_ptr<Server> server,
         std::shared_ptr<HookQueue> hooks, Listeners& listeners, Timers& timers)
    : hooks_(std::move(hooks)),
      listeners_(listeners),
      timers_(timers),
      time_to_drain_ms_(
          static_cast<std::uint64_t>((config.drain_delay + config.drain_timeout).count())),
      loop_(std::make_unique<ControlLoop>()),
      server_(std::move(server)) {
    // Before the threads: what they tell from their first moment on must wake us.
    hooks_->on_push([this] { schedule_pump(); });
    if (listeners_[application_hook].closure != nullptr) {
        server_->look_up_applications([this] { schedule_pump(); });
    }
    server_->start();

    started_.address = host_port(config.host, server_->port());
    started_.socket = server_->socket();
    started_.threads = server_->stats().connections_by_thread.size();
    started_.warnings = server_->warnings();

    loop_->on_end_signal(SIGTERM, [this](int signal) { on_end_signal(signal); });
    loop_->on_end_signal(SIGINT, [this](int signal) { on_end_signal(signal); });
    for (const int number : {SIGHUP, SIGUSR2}) {
        loop_->on_signal(number, [this](int signal) {
            if (signal == SIGHUP) {
                reload_certificate();
            }
            call(listeners_[signal_hook], build_signal, signal_name(signal));
        });
    }
    for (auto& [number, timer] : timers_) {
        start_timer(number, timer);
    }
    loop_->post([this] { tell_started(); });
}

Run::~Run() {
    server_->stop();
    // No thread is left that could push.
    hooks_->on_push([] {});
    (void)hooks_->take();
}

void Run::serve() {
    loop_->run();
    if (!in_forked_child()) {
        server_->stop();
    }
}

bool Run::in_forked_child() const noexcept {
    return !process_.is_current();
}

void Run::request_stop() {
    loop_->post([this] { begin_drain("stop"); });
}

void Run::start_timer(zend_long number, Timer& timer) {
    timer.in_loop = loop_->every(timer.interval, [this, number] {
        const auto entry = timers_.find(number);
        if (entry != timers_.end()) {
            call(entry->second.callback, nullptr, nullptr);
        }
    });
}

void Run::stop_timer(const Timer& timer) {
    loop_->cancel(timer.in_loop);
}

template <typename Code>
CallEnd Run::busy_with(Code code) {
    const EndSignals::Busy busy(
        [](void* run) noexcept { static_cast<Run*>(run)->on_end_signal_while_busy(); }, this);
    CallEnd end = code();
    if (end == CallEnd::threw) {
        end = report_exception(listeners_[exception_hook]);
    }
    return end;
}

void Run::call(const Callable& listener, BuildArgument build, const void* source) {
    tell(listener, build, source);
    take_signals_back();
}

void Run::tell(const Callable& listener, BuildArgument build, const void* source) {
    if (php_is_over_ || listener.closure == nullptr) {
        return;
    }
    end_of_call(busy_with([&] { return call_userland(listener, build, source); }));
}

void Run::end_of_call(CallEnd end) {
    if (end != CallEnd::returned) {
        php_is_over_ = true;
        bailed_out_ = end == CallEnd::bailed_out;
    }
    if (in_forked_child()) {
        php_is_over_ = true;  // the loop sees it, too, and ends by itself
        return;
    }
    if (php_is_over_) {
        for (std::size_t hook = 0; hook < core_hooks; ++hook) {
            hooks_->want(static_cast<Hook>(hook), false);
        }
        begin_drain("");
        // Who waits for an application is told that there will be no answer.
        schedule_pump();
    }
}

void Run::take_signals_back() {
    if (!in_forked_child()) {
        loop_->rearm_signals();
    }
}

void Run::tell_started() {
    call(listeners_[started_hook], build_started, &started_);
}

void Run::on_end_signal(int signal) {
    if (++end_signals_ > 1) {
        loop_->stop();
        return;
    }
    begin_drain(signal_name(signal));
}

void Run::on_end_signal_while_busy() noexcept {
    note_stop_asked();
    server_->request_drain();
}

void Run::note_stop_asked() noexcept {
    std::uint64_t not_yet = 0;
    stop_asked_ms_.compare_exchange_strong(not_yet, monotonic_ms());
}

void Run::reload_certificate() {
    try {
        server_->reload_certificate();
    } catch (const ConfigError&) {
        // The log hook tells what was wrong; the server goes on with the certificate it has.
    }
}

void Run::begin_drain(const char* reason) {
    if (draining_) {
        return;
    }
    draining_ = true;
    note_stop_asked();
    call(listeners_[stopping_hook], build_stopping, reason);
    if (in_forked_child()) {
        return;
    }
    server_->drain();
    loop_->every(drain_poll, [this] { end_when_drained(); });
}

void Run::end_when_drained() {
    if (!server_->drained()) {
        return;
    }
    const std::uint64_t now = monotonic_ms();
    if (drained_at_ms_ == 0) {
        drained_at_ms_ = now;
    }
    if (php_is_over_ || (next_ == events_.size() && !pump_scheduled_)) {
        loop_->stop();
    } else if (now >=
               std::max(stop_asked_ms_ + time_to_drain_ms_, drained_at_ms_ + drain_grace_ms)) {
        drop_waiting();
        loop_->stop();
    }
}

void Run::drop_waiting() {
    const std::size_t dropped = hooks_->drop(events_.size() - next_);
    events_.clear();
    next_ = 0;
    HookEvent line;
    line.hook = Hook::log;
    line.subject = "warning";
    line.text = "Hooks Dropped";
    line.detail = std::to_string(dropped) +
                  " calls still waited for slow listeners when drain_timeout was over";
    call(listeners_[static_cast<std::size_t>(Hook::log)], build_event, &line);
}

// Any thread.
void Run::schedule_pump() {
    if (!pump_scheduled_.exchange(true)) {
        loop_->post([this] { pump(); });
    }
}

void Run::pump() {
    pump_scheduled_ = false;
    if (tell_waiting()) {
        schedule_pump();
    }
    // Once for all of them: it takes four calls of the kernel.
    take_signals_back();
}

bool Run::tell_waiting() {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point deadline = Clock::now() + time_per_turn;
    for (int told = 0; told < events_per_turn && Clock::now() < deadline; ++told) {
        // First, since clients wait for these; but a flood of them leaves every other call to
        // hooks.
        const bool asked = answer_question();
        if (!php_is_over_ && next_ == events_.size()) {
            events_ = hooks_->take();
            next_ = 0;
        }
        if (php_is_over_ || next_ == events_.size()) {
            if (asked) {
                continue;
            }
            return false;
        }
        const HookEvent& event = events_[next_++];
        tell(listeners_[static_cast<std::size_t>(event.hook)], build_event, &event);
    }
    return true;
}

void Run::answer_questions() {
    while (answer_question()) {
    }
}

bool Run::answer_question() {
    if (in_forked_child()) {
        return false;
    }
    const std::optional<ApplicationName> name = server_->question();
    if (!name) {
        return false;
    }
    if (php_is_over_) {
        server_->fail(*name);
        return true;
    }
    std::optional<Application> application;
    const Callable& listener = listeners_[application_hook];
    bool found_out = listener.closure != nullptr;
    CallEnd end = CallEnd::returned;
    if (found_out) {
        end = busy_with([&] {
            const CallEnd called = call_userland(listener, build_application_wanted, &*name,
                                                 take_application, &application);
            found_out = called == CallEnd::returned;
            return called;
        });
    }
    if (!in_forked_child()) {
        if (found_out) {
            server_->answer(*name, application);
        } else {
            server_->fail(*name);
        }
    }
    end_of_call(end);
    return true;
}

}  // namespace reverb::binding
