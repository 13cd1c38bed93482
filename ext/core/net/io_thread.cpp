#include "net/io_thread.h"

#include <csignal>

#include "net/io_loop.h"

namespace reverb {

IoThread::IoThread(Services& services, unsigned index)
    : loop_(std::make_unique<IoLoop>(services, index)) {
}

IoThread::~IoThread() {
    stop();
}

void IoThread::start() {
    // Signals belong to the thread that embeds the server. A thread inherits the mask, so that
    // none can arrive before it has set its own.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { loop_->run(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void IoThread::stop() {
    if (thread_.joinable()) {
        loop_->send(Stop{});
        thread_.join();
    }
}

void IoThread::send(IoMessage message) {
    loop_->send(std::move(message));
}

void IoThread::expect() noexcept {
    loop_->expect();
}

BroadcastTarget& IoThread::broadcasts() noexcept {
    return *loop_;
}

std::size_t IoThread::load() const noexcept {
    return loop_->load();
}

std::size_t IoThread::connections() const noexcept {
    return loop_->connections();
}

std::size_t IoThread::queued_bytes() const noexcept {
    return loop_->mail_bytes();
}

std::uint64_t IoThread::bytes_received() const noexcept {
    return loop_->bytes_received();
}

std::uint64_t IoThread::bytes_sent() const noexcept {
    return loop_->bytes_sent();
}

bool IoThread::drained() const noexcept {
    return loop_->drained();
}

}  // namespace reverb
