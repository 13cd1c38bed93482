#include "publisher/stream_socket.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <memory>
#include <system_error>
#include <utility>

#include "base/host_addresses.h"
#include "publisher/publisher.h"

namespace reverb {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t tls_read = 16U << 10U;  // bytes read from the wire at once

std::string words(int code) {
    return std::generic_category().message(code);
}

// What an errno of connect() means for a unix socket, and what to do.
std::string advice(int code, const std::string& path) {
    if (code == ENOENT) {
        return ": does the server run, and with this very path?";
    }
    if (code == ECONNREFUSED) {
        return ": the server that made it has ended";
    }
    if (code != EACCES) {
        return {};
    }
    struct stat file {};
    if (::stat(path.c_str(), &file) != 0) {
        return ": user " + std::to_string(::geteuid()) + " may not enter the folder it is in";
    }
    std::string mode(4, '0');
    for (std::size_t digit = 0; digit < mode.size(); ++digit) {
        mode[digit] = static_cast<char>('0' + ((file.st_mode >> (9 - 3 * digit)) & 7U));
    }
    return ": it has mode " + mode + ", user " + std::to_string(file.st_uid) + ", group " +
           std::to_string(file.st_gid) + ", and user " + std::to_string(::geteuid()) +
           " needs to write; put that user into the group, or change the server's socket_mode";
}

// Waits for one of `events`; false at the deadline. Errors and a close count as an event: the next
// call tells which.
bool wait_for(int descriptor, short events, Deadline deadline) {
    constexpr milliseconds::rep longest = std::numeric_limits<int>::max();
    for (;;) {
        const auto left = std::min(deadline.left().count(), longest);
        pollfd waited{.fd = descriptor, .events = events, .revents = 0};
        const int ready = ::poll(&waited, 1, static_cast<int>(left));
        if (ready > 0) {
            return true;
        }
        if (ready == 0 || errno != EINTR) {
            return false;
        }
    }
}

void set_timeout(int descriptor, int option, milliseconds timeout) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(timeout);
    const timeval value{
        .tv_sec = whole.count(),
        .tv_usec = std::chrono::microseconds(timeout - whole).count(),
    };
    ::setsockopt(descriptor, SOL_SOCKET, option, &value, sizeof(value));
}

// The errno of a TCP connect that takes until the deadline, 0 when it succeeds.
int connect_by(int descriptor, const sockaddr* address, socklen_t size, Deadline deadline) {
    if (::connect(descriptor, address, size) == 0) {
        return 0;
    }
    // An interrupted connect goes on by itself, like one of a socket that does not block.
    if (errno != EINPROGRESS && errno != EINTR) {
        return errno;
    }
    if (!wait_for(descriptor, POLLOUT, deadline)) {
        return ETIMEDOUT;
    }
    int error = 0;
    socklen_t error_size = sizeof(error);
    if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &error_size) != 0) {
        return errno;
    }
    return error;
}

HostAddresses resolve(const std::string& host, std::uint16_t port) {
    HostAddresses found = resolve_host(host);
    if (found.list.empty()) {
        throw ConnectError(0, "the host \"" + host + "\" cannot be resolved: " + found.why);
    }
    found.set_port(port);
    return found;
}

}  // namespace

StreamSocket::StreamSocket(StreamSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      patience_(other.patience_),
      pipelined_(other.pipelined_),
      tls_(std::move(other.tls_)),
      tls_fault_(std::move(other.tls_fault_)) {
}

StreamSocket& StreamSocket::operator=(StreamSocket&& other) noexcept {
    if (this != &other) {
        close();
        descriptor_ = std::exchange(other.descriptor_, -1);
        patience_ = other.patience_;
        pipelined_ = other.pipelined_;
        tls_ = std::move(other.tls_);
        tls_fault_ = std::move(other.tls_fault_);
    }
    return *this;
}

StreamSocket StreamSocket::connect_unix(const std::string& path, Deadline deadline) {
    const auto fail = [&path](int code) {
        return ConnectError(code, "cannot connect to the unix socket \"" + path +
                                      "\": " + words(code) + advice(code, path));
    };
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
        throw fail(ENAMETOOLONG);
    }
    path.copy(static_cast<char*>(address.sun_path), path.size());

    StreamSocket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket.is_open()) {
        throw fail(errno);
    }
    // It waits only while the server's queue of connections is full, and poll() cannot tell when
    // that ends.
    for (;;) {
        const milliseconds left = deadline.left();
        if (left == milliseconds::zero()) {
            throw fail(ETIMEDOUT);
        }
        set_timeout(socket.descriptor_, SO_SNDTIMEO, left);
        if (::connect(socket.descriptor_, reinterpret_cast<const sockaddr*>(&address),
                      sizeof(address)) == 0) {
            return socket;
        }
        if (errno != EINTR && errno != EAGAIN) {
            throw fail(errno);
        }
    }
}

StreamSocket StreamSocket::connect_tcp(const std::string& host, std::uint16_t port,
                                       Deadline deadline) {
    const HostAddresses addresses = resolve(host, port);
    int left = static_cast<int>(addresses.list.size());
    int error = 0;
    for (const sockaddr_storage& address : addresses.list) {
        StreamSocket socket(
            ::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        // An address that does not answer leaves the others their share of the time.
        const Deadline share(deadline.left() / left--);
        if (!socket.is_open()) {
            error = errno;
            continue;
        }
        error = connect_by(socket.descriptor_, reinterpret_cast<const sockaddr*>(&address),
                           address_size(address), share);
        if (error == 0) {
            const int on = 1;
            ::setsockopt(socket.descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
            ::fcntl(socket.descriptor_, F_SETFL, 0);
            return socket;
        }
    }
    throw ConnectError(
        error, "cannot connect to " + host + " port " + std::to_string(port) + ": " + words(error));
}

bool StreamSocket::wire_quiet() const noexcept {
    char byte = 0;
    ssize_t read = 0;
    do {
        read = ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    } while (read < 0 && errno == EINTR);
    return read < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void StreamSocket::set_patience(milliseconds patience) {
    patience_ = patience;
    set_timeout(descriptor_, SO_RCVTIMEO, patience);
}

StreamSocket::Transfer StreamSocket::send_wire(std::string_view bytes, Deadline deadline) {
    Transfer sent;
    waited_ = patience_ == milliseconds::zero();
    while (sent.bytes < bytes.size()) {
        const ssize_t written = ::send(descriptor_, bytes.data() + sent.bytes,
                                       bytes.size() - sent.bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (written >= 0) {
            sent.bytes += static_cast<std::size_t>(written);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            waited_ = true;
            const short events = pipelined_ ? POLLOUT : POLLIN | POLLOUT;
            if (!wait_for(descriptor_, events, deadline)) {
                sent.end = End::timeout;
                return sent;
            }
            if (!pipelined_ && !quiet()) {
                sent.end = End::closed;
                sent.error = ECONNRESET;
                return sent;
            }
        } else if (errno != EINTR) {
            sent.end = End::closed;
            sent.error = errno;
            return sent;
        }
    }
    return sent;
}

StreamSocket::Transfer StreamSocket::receive_wire(char* buffer, std::size_t size,
                                                  Deadline deadline) {
    // Right after a send() that did not wait, the kernel's own clock holds the deadline: a poll()
    // less, which is a tenth of the time a short exchange takes.
    bool by_kernel = !waited_;
    waited_ = true;
    for (;;) {
        if (!by_kernel && !wait_for(descriptor_, POLLIN, deadline)) {
            return {.end = End::timeout};
        }
        const ssize_t read = ::recv(descriptor_, buffer, size, by_kernel ? 0 : MSG_DONTWAIT);
        if (read > 0) {
            return {.bytes = static_cast<std::size_t>(read)};
        }
        if (read == 0) {
            return {.end = End::closed};
        }
        if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK) {
            return {.end = End::closed, .error = errno};
        }
        by_kernel = false;
    }
}

template <typename Step>
bool StreamSocket::tls_goes_on(Step step) noexcept {
    try {
        step();
        return true;
    } catch (const std::exception& error) {
        tls_fault_ = error.what();
        return false;
    }
}

void StreamSocket::start_tls(const TlsOptions& options, const std::string& host,
                             Deadline deadline) {
    std::array<char, tls_read> wire{};
    try {
        tls_ = std::make_unique<TlsSession>(options, host);
        tls_->feed({});
        for (;;) {
            const std::string out = tls_->take_output();
            Transfer passed = send_wire(out, deadline);
            if (passed.end == End::done && tls_->ready()) {
                return;
            }
            if (passed.end == End::done) {
                passed = receive_wire(wire.data(), wire.size(), deadline);
            }
            if (passed.end == End::timeout) {
                throw ConnectError(ETIMEDOUT, "it did not finish TLS's handshake in time");
            }
            if (passed.end == End::closed) {
                throw ConnectError(passed.error, "it closed the connection in TLS's handshake");
            }
            tls_->feed({wire.data(), passed.bytes});
        }
    } catch (const TlsError& error) {
        throw ConnectError(EPROTO, error.what());
    }
}

bool StreamSocket::quiet() noexcept {
    if (tls_ == nullptr) {
        return wire_quiet();
    }
    // Bytes may have come that are no answer, such as the tickets of TLS 1.3.
    std::array<char, tls_read> wire{};
    for (;;) {
        const ssize_t got = ::recv(descriptor_, wire.data(), wire.size(), MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK)) {
            return false;
        }
        if (got > 0 && !tls_goes_on([&] {
                tls_->feed({wire.data(), static_cast<std::size_t>(got)});
            })) {
            return false;
        }
        if (got < 0 && errno != EINTR) {
            break;
        }
    }
    bool input = true;
    return tls_goes_on([&] { input = tls_->has_input(); }) && !input && !tls_->ended();
}

StreamSocket::Transfer StreamSocket::send(std::string_view bytes, Deadline deadline) {
    if (tls_ == nullptr) {
        return send_wire(bytes, deadline);
    }
    std::string wire;
    if (!tls_goes_on([&] {
            tls_->write(bytes);
            wire = tls_->take_output();
        })) {
        return {.end = End::closed, .error = EPROTO};
    }
    return send_wire(wire, deadline);
}

StreamSocket::Transfer StreamSocket::receive(char* buffer, std::size_t size, Deadline deadline) {
    return tls_ == nullptr ? receive_wire(buffer, size, deadline)
                           : receive_tls(buffer, size, deadline);
}

StreamSocket::Transfer StreamSocket::receive_tls(char* buffer, std::size_t size,
                                                 Deadline deadline) {
    std::array<char, tls_read> wire{};
    for (;;) {
        std::size_t got = 0;
        if (!tls_goes_on([&] { got = tls_->read(buffer, size); })) {
            return {.end = End::closed, .error = EPROTO};
        }
        if (got > 0) {
            return {.bytes = got};
        }
        if (tls_->ended()) {
            return {.end = End::closed};
        }
        const Transfer read = receive_wire(wire.data(), wire.size(), deadline);
        if (read.end != End::done) {
            return read;
        }
        if (!tls_goes_on([&] { tls_->feed({wire.data(), read.bytes}); })) {
            return {.end = End::closed, .error = EPROTO};
        }
    }
}

void StreamSocket::close() noexcept {
    tls_.reset();
    if (descriptor_ >= 0) {
        ::close(std::exchange(descriptor_, -1));
    }
}

}  // namespace reverb
