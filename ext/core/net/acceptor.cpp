#include "net/acceptor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace reverb {

namespace {

// Connections taken in one go: the loop's other sockets get their turn in between.
constexpr int batch = 256;

std::string text_of(const sockaddr_storage& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes = nullptr;
    if (address.ss_family == AF_INET) {
        bytes = &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
    } else if (address.ss_family == AF_INET6) {
        bytes = &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    } else {
        return {};
    }
    return ::inet_ntop(address.ss_family, bytes, text.data(), text.size()) != nullptr
               ? std::string(text.data())
               : std::string();
}

}  // namespace

Acceptor::Acceptor(uv_loop_t& loop, UniqueFd fd, Accepted accepted)
    : fd_(std::move(fd)), accepted_(std::move(accepted)) {
    auto poll = std::make_unique<uv_poll_t>();
    if (uv_poll_init(&loop, poll.get(), fd_.get()) == 0) {
        poll_.reset(poll.release());
        poll_->data = this;
        paused_ = true;
        resume();
    }
}

void Acceptor::resume() {
    if (poll_ && paused_) {
        paused_ = false;
        uv_poll_start(poll_.get(), UV_READABLE, [](uv_poll_t* poll, int, int) {
            static_cast<Acceptor*>(poll->data)->accept_all();
        });
    }
}

void Acceptor::accept_all() {
    for (int taken = 0; taken < batch; ++taken) {
        sockaddr_storage address{};
        socklen_t size = sizeof address;
        UniqueFd fd(::accept4(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size,
                              SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!fd) {
            // Out of descriptors or memory: polling on would spin until one is free.
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
                uv_poll_stop(poll_.get());
                paused_ = true;
            }
            if (errno == EINTR || errno == ECONNABORTED) {
                continue;
            }
            return;
        }
        if (address.ss_family != AF_UNIX) {
            const int yes = 1;
            // Frames are joined before they are written: waiting for more gains nothing.
            ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        }
        accepted_(std::move(fd), text_of(address));
    }
}

}  // namespace reverb
