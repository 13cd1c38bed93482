// Sockets of this host: TCP on 127.0.0.0/8 only, and unix sockets. All non-blocking and
// close-on-exec. Throw std::system_error, or std::invalid_argument for an address elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/fd.h"

namespace reverb::bench {

struct TcpTarget {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
};

// Refuses every address that is not on the loopback interface: load is for nobody else's server.
void require_loopback(const std::string& host);

// Begins to connect. `number` spreads the source over 127.0.0.0/8, since one source address has
// some 28,000 ports.
[[nodiscard]] Fd connect_tcp(const TcpTarget& target, std::size_t number = 0);
[[nodiscard]] Fd connect_unix(const std::string& path);

[[nodiscard]] Fd listen_tcp(const TcpTarget& target);
// Replaces a file that is there.
[[nodiscard]] Fd listen_unix(const std::string& path);

void make_blocking(const Fd& fd);
// Raises the soft limit of open files to the hard one.
void raise_file_limit();

}  // namespace reverb::bench
