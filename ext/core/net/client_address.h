// Where a client connects to: a host and a port, or a unix socket. A value.
#pragma once

#include <cstdint>
#include <string>

#include "base/host_port.h"

namespace reverb {

struct ClientAddress {
    std::string host;
    std::uint16_t port = 0;
    std::string path;  // unix socket, in place of host and port; empty: none

    [[nodiscard]] std::string text() const { return path.empty() ? host_port(host, port) : path; }
    bool operator==(const ClientAddress&) const = default;
};

}  // namespace reverb
