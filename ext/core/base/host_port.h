// "127.0.0.1:8080", "[::1]:8080": an address and a port as URLs have them. A pure function.
#pragma once

#include <cstdint>
#include <string>

namespace reverb {

[[nodiscard]] inline std::string host_port(const std::string& host, std::uint16_t port) {
    const bool ipv6 = host.find(':') != std::string::npos;
    return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace reverb
