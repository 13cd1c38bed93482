#include "net/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace reverb {

namespace {

constexpr int backlog = 4'096;  // the kernel caps it at net.core.somaxconn

using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

AddressList resolve(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int status = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (status != 0) {
        throw ConfigError("host",
                          "\"" + host + "\" is no address to listen on: " + ::gai_strerror(status));
    }
    return {found, &::freeaddrinfo};
}

[[noreturn]] void fail_tcp(const std::string& host, std::uint16_t port, int error) {
    const std::string where = host + ":" + std::to_string(port);
    switch (error) {
        case EADDRINUSE:
            throw ConfigError("port", where +
                                          " is in use: end the server that has it, or choose "
                                          "another port");
        case EACCES:
            throw ConfigError("port", where +
                                          " is not allowed: ports below 1024 need root or "
                                          "CAP_NET_BIND_SERVICE");
        case EADDRNOTAVAIL:
            throw ConfigError("host", "\"" + host + "\" is not an address of this machine");
        default:
            throw ConfigError("host", "cannot listen on " + where + ": " + std::strerror(error));
    }
}

std::uint16_t port_of(int fd) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        return 0;
    }
    return ntohs(address.ss_family == AF_INET6
                     ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                     : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

UniqueFd make_unix_socket(const std::string& path) {
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) {
        throw ConfigError("socket",
                          "cannot make a unix socket for " + path + ": " + std::strerror(errno));
    }
    return fd;
}

// Whether somebody accepts connections behind that file.
bool alive(const std::string& path, const sockaddr_un& address) {
    const UniqueFd probe = make_unix_socket(path);
    return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
               0 ||
           errno == EAGAIN || errno == EACCES;
}

void remove_stale(const std::string& path, const sockaddr_un& address) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
        return;
    }
    if (!S_ISSOCK(status.st_mode)) {
        throw ConfigError("socket", path +
                                        " exists and is no socket: remove it, or choose "
                                        "another path");
    }
    if (alive(path, address)) {
        throw SocketInUse("socket", path +
                                        " belongs to a server that runs: end that one, or "
                                        "choose another path");
    }
    ::unlink(path.c_str());
}

std::uint64_t inode_of(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace

TcpListener listen_tcp(const std::string& host, std::uint16_t port) {
    const AddressList addresses = resolve(host, port);
    int error = 0;
    for (const addrinfo* address = addresses.get(); address != nullptr;
         address = address->ai_next) {
        UniqueFd fd(::socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        if (!fd) {
            error = errno;
            continue;
        }
        const int yes = 1;
        // A port whose earlier connections linger may be taken; one that is listened on may not.
        ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        if (::bind(fd.get(), address->ai_addr, address->ai_addrlen) == 0 &&
            ::listen(fd.get(), backlog) == 0) {
            const std::uint16_t got = port_of(fd.get());
            return {std::move(fd), got};
        }
        error = errno;
        // Another address of the same name would do: two servers would then share the port.
        if (error == EADDRINUSE) {
            break;
        }
    }
    fail_tcp(host, port, error);
}

UnixListener::UnixListener(const std::string& path, unsigned mode) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        throw ConfigError("socket", path + " has " + std::to_string(path.size()) +
                                        " bytes, and a socket's path at most " +
                                        std::to_string(sizeof address.sun_path - 1) +
                                        ": choose a shorter one");
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    remove_stale(path, address);

    UniqueFd fd = make_unix_socket(path);
    // The file must never be open to more than `mode` says, not even between bind and chmod.
    const mode_t mask = ::umask(static_cast<mode_t>(~mode & 0777U));
    const int bound = ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const int error = errno;
    ::umask(mask);
    if (bound != 0) {
        throw ConfigError("socket", "cannot make the socket " + path + ": " + std::strerror(error));
    }
    path_ = path;
    inode_ = inode_of(path);
    if (::chmod(path.c_str(), static_cast<mode_t>(mode)) != 0 || ::listen(fd.get(), backlog) != 0) {
        const int reason = errno;
        remove();
        throw ConfigError("socket",
                          "cannot open the socket " + path + ": " + std::strerror(reason));
    }
    fd_ = std::move(fd);
}

UnixListener& UnixListener::operator=(UnixListener&& other) noexcept {
    if (this != &other) {
        remove();
        fd_ = std::move(other.fd_);
        path_ = std::exchange(other.path_, {});
        inode_ = std::exchange(other.inode_, 0);
    }
    return *this;
}

UnixListener::~UnixListener() {
    remove();
}

void UnixListener::remove() noexcept {
    if (inode_ != 0 && inode_of(path_) == inode_) {
        ::unlink(path_.c_str());
    }
    inode_ = 0;
}

}  // namespace reverb
