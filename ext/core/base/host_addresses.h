// The addresses of a host's name, for whoever connects to it. A value; any thread.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

namespace reverb {

struct HostAddresses {
    std::vector<sockaddr_storage> list;  // IPv4 and IPv6, in the resolver's order
    std::string why;                     // there is none, for people

    void set_port(std::uint16_t port);
};

// How much of it is an address, for connect().
[[nodiscard]] socklen_t address_size(const sockaddr_storage& address);

// Asks the system, which takes as long as it likes. The addresses have no port.
[[nodiscard]] HostAddresses resolve_host(const std::string& host);

}  // namespace reverb
