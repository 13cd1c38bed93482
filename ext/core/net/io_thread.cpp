#include "net/io_thread.h"

#include "base/quiet_thread.h"
#include "net/io_loop.h"

namespace reverb {

IoThread::IoThread(Services& services, unsigned index)
    : loop_(std::make_unique<IoLoop>(services, index)) {
}

IoThread::~IoThread() {
    stop();
}

void IoThread::start() {
    thread_ = quiet_thread([this] { loop_->run(); });
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

void IoThread::adopt(AdoptClient client) {
    loop_->adopt(std::move(client));
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
    return loop_->waiting_bytes();
}

std::uint64_t IoThread::bytes_received() const noexcept {
    return loop_->bytes_received();
}

std::uint64_t IoThread::bytes_sent() const noexcept {
    return loop_->bytes_sent();
}

std::size_t IoThread::compressed() const noexcept {
    return loop_->compressed();
}

std::uint64_t IoThread::bytes_saved() const noexcept {
    return loop_->bytes_saved();
}

bool IoThread::drained() const noexcept {
    return loop_->drained();
}

}  // namespace reverb
