#include "common/stream.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace reverb::bench {

namespace {

// Large, so that a reader gets all frames that wait by one call.
std::array<char, 256U << 10U> read_buffer;

bool peer_gone(int error) {
    return error == ECONNRESET || error == EPIPE;
}

}  // namespace

Stream::Stream(EventLoop& loop, Fd fd, Pollable& owner)
    : loop_(&loop), owner_(&owner), fd_(std::move(fd)) {
    loop.add(fd_.get(), EPOLLIN, owner);
}

void Stream::wait_writable(bool wanted) {
    loop_->modify(fd_.get(), wanted ? EPOLLIN | EPOLLOUT : EPOLLIN, *owner_);
}

void Stream::send(std::string_view bytes) {
    if (!unsent_.empty()) {
        unsent_ += bytes;
        return;
    }
    const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(bytes.size())) {
        return;
    }
    if (sent < 0 && errno != EAGAIN) {
        if (peer_gone(errno)) {
            return;  // read() tells the owner
        }
        throw std::system_error(errno, std::generic_category(), "send");
    }
    unsent_ = bytes.substr(sent < 0 ? 0 : static_cast<std::size_t>(sent));
    wait_writable(true);
}

void Stream::flush() {
    const std::string waiting = std::exchange(unsent_, {});
    wait_writable(false);
    if (!waiting.empty()) {
        send(waiting);
    }
}

std::optional<std::string_view> Stream::read() {
    const ssize_t got = ::recv(fd_.get(), read_buffer.data(), read_buffer.size(), 0);
    if (got == 0 || (got < 0 && peer_gone(errno))) {
        return std::nullopt;
    }
    if (got < 0 && errno != EAGAIN && errno != EINTR) {
        throw std::system_error(errno, std::generic_category(), "recv");
    }
    const std::string_view fresh(read_buffer.data(), got < 0 ? 0 : static_cast<std::size_t>(got));
    if (incomplete_.empty()) {
        return fresh;
    }
    incomplete_ += fresh;
    return incomplete_;
}

void Stream::keep(std::string_view rest) {
    if (rest.empty()) {
        if (!incomplete_.empty()) {
            incomplete_ = {};
        }
    } else {
        incomplete_ = std::string(rest);
    }
}

void Stream::close() noexcept {
    fd_.reset();
    unsent_ = {};
    incomplete_ = {};
}

}  // namespace reverb::bench
