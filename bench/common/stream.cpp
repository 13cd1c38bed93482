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
std::string decrypted;

bool peer_gone(int error) {
    return error == ECONNRESET || error == EPIPE;
}

}  // namespace

Stream::Stream(EventLoop& loop, Fd fd, Pollable& owner, const TlsContext* tls)
    : loop_(&loop),
      owner_(&owner),
      fd_(std::move(fd)),
      tls_(tls == nullptr ? nullptr : std::make_unique<TlsSession>(*tls, fd_.get())) {
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
    const ssize_t sent = send_some(bytes);
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
    // A handshake may wait for the peer's word: read() sends then.
    wait_writable(tls_ == nullptr || tls_->waits_for_room());
}

ssize_t Stream::send_some(std::string_view bytes) {
    return tls_ ? tls_->send(bytes) : ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

ssize_t Stream::receive(std::string_view& bytes) {
    if (tls_ == nullptr) {
        const ssize_t got = ::recv(fd_.get(), read_buffer.data(), read_buffer.size(), 0);
        bytes = {read_buffer.data(), got < 0 ? 0 : static_cast<std::size_t>(got)};
        return got;
    }
    // All of it: no event tells of bytes that are decrypted already.
    decrypted.clear();
    for (;;) {
        const ssize_t got = tls_->receive(read_buffer.data(), read_buffer.size());
        if (got <= 0) {
            bytes = decrypted;
            return decrypted.empty() ? got : static_cast<ssize_t>(decrypted.size());
        }
        decrypted.append(read_buffer.data(), static_cast<std::size_t>(got));
    }
}

void Stream::flush() {
    const std::string waiting = std::exchange(unsent_, {});
    wait_writable(false);
    if (!waiting.empty()) {
        send(waiting);
    }
}

std::optional<std::string_view> Stream::read() {
    std::string_view fresh;
    const ssize_t got = receive(fresh);
    if (got == 0 || (got < 0 && peer_gone(errno))) {
        return std::nullopt;
    }
    if (got < 0 && errno != EAGAIN && errno != EINTR) {
        throw std::system_error(errno, std::generic_category(), "recv");
    }
    if (tls_ != nullptr && !unsent_.empty()) {
        flush();
    }
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
    tls_.reset();
    fd_.reset();
    unsent_ = {};
    incomplete_ = {};
}

}  // namespace reverb::bench
