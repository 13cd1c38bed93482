// "127.0.0.1:8080", "[::1]:8080": an address and a port as URLs have them. Pure functions.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reverb {

[[nodiscard]] inline std::string host_port(const std::string& host, std::uint16_t port) {
    const bool ipv6 = host.find(':') != std::string::npos;
    return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

struct HostPort {
    std::string host;  // without brackets
    std::uint16_t port = 0;
    friend bool operator==(const HostPort&, const HostPort&) = default;
};

// Nothing where it is not both. An address of IPv6 needs its brackets.
[[nodiscard]] inline std::optional<HostPort> split_host_port(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    HostPort split;
    const std::string_view digits = text.substr(colon + 1);
    const char* const last = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), last, split.port);
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        return std::nullopt;
    }
    if (read.ec != std::errc{} || read.ptr != last || split.port == 0 || host.empty()) {
        return std::nullopt;
    }
    split.host = host;
    return split;
}

}  // namespace reverb
