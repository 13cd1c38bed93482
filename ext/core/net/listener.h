// Sockets that wait for connections. Made on the thread that starts the server, before the I/O
// threads run, so that what cannot be had is an error of the start.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/unique_fd.h"
#include "server_config.h"

namespace reverb {

struct TcpListener {
    UniqueFd fd;
    std::uint16_t port = 0;  // the one it got, where any was asked for
};

// Throws ConfigError naming `host` or `port`.
[[nodiscard]] TcpListener listen_tcp(const std::string& host, std::uint16_t port);

// The file belongs to a server that runs: an error even where a socket is not required.
class SocketInUse : public ConfigError {
  public:
    using ConfigError::ConfigError;
};

// A unix socket's file; removed again when this goes, unless another has taken its place.
class UnixListener {
  public:
    UnixListener() = default;
    // Removes a stale file first. Throws ConfigError naming `socket`: a path too long, a live
    // server behind it, a file that is no socket, a directory or file system that refuses.
    UnixListener(const std::string& path, unsigned mode);
    UnixListener(UnixListener&& other) noexcept { *this = std::move(other); }
    UnixListener& operator=(UnixListener&& other) noexcept;
    ~UnixListener();
    UnixListener(const UnixListener&) = delete;
    UnixListener& operator=(const UnixListener&) = delete;

    [[nodiscard]] UniqueFd take_fd() noexcept { return std::move(fd_); }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    void remove() noexcept;

  private:
    UniqueFd fd_;
    std::string path_;
    std::uint64_t inode_ = 0;  // of the file as it was made
};

}  // namespace reverb
