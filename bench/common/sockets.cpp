#include "common/sockets.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace reverb::bench {

namespace {

constexpr int listen_backlog = 4096;
constexpr std::size_t connections_per_source = 20'000;
constexpr std::uint32_t loopback_network = 127U << 24U;

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_in tcp_address(const TcpTarget& target) {
    require_loopback(target.host);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(target.port);
    ::inet_pton(AF_INET, target.host.c_str(), &address.sin_addr);
    return address;
}

sockaddr_un unix_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof(address.sun_path)) {
        throw std::invalid_argument("--socket='" + path + "': a path of 1 to " +
                                    std::to_string(sizeof(address.sun_path) - 1) +
                                    " bytes is needed");
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

Fd make_socket(int family) {
    Fd fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd.open()) {
        fail("socket");
    }
    return fd;
}

void set_option(const Fd& fd, int level, int name, int value) {
    if (::setsockopt(fd.get(), level, name, &value, sizeof(value)) != 0) {
        fail("setsockopt");
    }
}

template <class Address>
const sockaddr* generic(const Address& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

void require_loopback(const std::string& host) {
    in_addr address{};
    if (::inet_pton(AF_INET, host.c_str(), &address) != 1 ||
        ntohl(address.s_addr) >> 24U != loopback_network >> 24U) {
        throw std::invalid_argument("--host='" + host +
                                    "': only addresses of this host are allowed, such as "
                                    "127.0.0.1");
    }
}

Fd connect_tcp(const TcpTarget& target, std::size_t number) {
    const sockaddr_in address = tcp_address(target);
    Fd fd = make_socket(AF_INET);
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    if (number >= connections_per_source) {
        sockaddr_in source{};
        source.sin_family = AF_INET;
        source.sin_addr.s_addr = htonl(loopback_network + 1 +
                                       static_cast<std::uint32_t>(number / connections_per_source));
        set_option(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
        if (::bind(fd.get(), generic(source), sizeof(source)) != 0) {
            fail("bind");
        }
    }
    if (::connect(fd.get(), generic(address), sizeof(address)) != 0 && errno != EINPROGRESS) {
        fail("connect to " + target.host + ":" + std::to_string(target.port));
    }
    return fd;
}

Fd connect_unix(const std::string& path) {
    const sockaddr_un address = unix_address(path);
    Fd fd = make_socket(AF_UNIX);
    if (::connect(fd.get(), generic(address), sizeof(address)) != 0) {
        fail("connect to " + path);
    }
    return fd;
}

Fd listen_tcp(const TcpTarget& target) {
    const sockaddr_in address = tcp_address(target);
    Fd fd = make_socket(AF_INET);
    set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (::bind(fd.get(), generic(address), sizeof(address)) != 0 ||
        ::listen(fd.get(), listen_backlog) != 0) {
        fail("listen on " + target.host + ":" + std::to_string(target.port));
    }
    return fd;
}

Fd listen_unix(const std::string& path) {
    const sockaddr_un address = unix_address(path);
    Fd fd = make_socket(AF_UNIX);
    ::unlink(path.c_str());
    if (::bind(fd.get(), generic(address), sizeof(address)) != 0 ||
        ::listen(fd.get(), listen_backlog) != 0) {
        fail("listen on " + path);
    }
    return fd;
}

void make_blocking(const Fd& fd) {
    const int flags = ::fcntl(fd.get(), F_GETFL);
    if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags & ~O_NONBLOCK) != 0) {
        fail("fcntl");
    }
}

void raise_file_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        fail("getrlimit");
    }
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
        fail("setrlimit");
    }
}

}  // namespace reverb::bench
