// An IP address, and a range of them. Values, any thread. IPv4 addresses are kept as what an IPv6
// socket calls them, ::ffff:a.b.c.d, so that both spellings are one address.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reverb {

struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};

    // Nothing for what is no address: names, ports, zones and spaces included.
    [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool is_ipv4() const noexcept;
    bool operator==(const IpAddress&) const = default;
};

struct IpRange {
    IpAddress network;
    unsigned bits = 0;  // the first ones, of 128, that an address of the range shares

    // "10.0.0.0/8", or one address. Bits of the network behind the first ones do not count.
    [[nodiscard]] static std::optional<IpRange> parse(std::string_view text);
    // No range of IPv6 holds an IPv4 address, not even ::/0.
    [[nodiscard]] bool contains(const IpAddress& address) const noexcept;
};

}  // namespace reverb
