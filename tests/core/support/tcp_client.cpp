#include "support/tcp_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace reverb::testing {

namespace {

bool connect_to(int fd, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

TcpClient::TcpClient(std::uint16_t port, int receive_buffer)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (!fd_) {
        fail("socket");
    }
    if (receive_buffer > 0) {
        ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    const int yes = 1;
    ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (!connect_to(fd_.get(), port)) {
        fail("connect");
    }
}

void TcpClient::send(std::string_view bytes) {
    if (!try_send(bytes)) {
        fail("send");
    }
}

bool TcpClient::try_send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

TcpClient::Got TcpClient::read_some(std::chrono::milliseconds within) {
    pollfd waiting{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, static_cast<int>(within.count())) <= 0) {
        return Got::nothing;
    }
    std::array<char, 65'536> buffer{};
    const ssize_t size = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (size <= 0) {
        return Got::end;
    }
    received_.append(buffer.data(), static_cast<std::size_t>(size));
    return Got::bytes;
}

void TcpClient::need_more() {
    switch (read_some(patience)) {
        case Got::bytes:
            return;
        case Got::end:
            throw std::runtime_error("the server ended the connection after \"" + received_ + '"');
        case Got::nothing:
            throw std::runtime_error("the server said no more than \"" + received_ + '"');
    }
}

std::string TcpClient::read(std::size_t size) {
    while (received_.size() < size) {
        need_more();
    }
    std::string bytes = received_.substr(0, size);
    received_.erase(0, size);
    return bytes;
}

std::string TcpClient::read_until(std::string_view end) {
    std::size_t at = 0;
    while ((at = received_.find(end)) == std::string::npos) {
        need_more();
    }
    return read(at + end.size());
}

bool TcpClient::readable(std::chrono::milliseconds within) {
    return !received_.empty() || read_some(within) == Got::bytes;
}

bool TcpClient::closed(std::chrono::milliseconds within) {
    const auto end = std::chrono::steady_clock::now() + within;
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now());
        switch (read_some(std::max(left, std::chrono::milliseconds(0)))) {
            case Got::bytes:
                received_.clear();
                break;
            case Got::end:
                return true;
            case Got::nothing:
                return false;
        }
    }
}

bool TcpClient::quiet(std::chrono::milliseconds for_long) {
    return received_.empty() && read_some(for_long) == Got::nothing;
}

bool listening(std::uint16_t port) {
    const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return fd && connect_to(fd.get(), port);
}

}  // namespace reverb::testing
