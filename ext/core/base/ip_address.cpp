#include "base/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>

namespace reverb {

namespace {

constexpr unsigned all_bits = 128;
constexpr unsigned mapped_bits = 96;  // of ::ffff:0:0, where IPv4 addresses are kept
constexpr std::array<std::uint8_t, mapped_bits / 8> mapped{0, 0, 0, 0, 0,    0,
                                                           0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    // A zero byte would hide what follows it.
    if (text.size() >= buffer.size() || text.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    std::copy(text.begin(), text.end(), buffer.begin());
    IpAddress address;
    if (::inet_pton(AF_INET6, buffer.data(), address.bytes.data()) == 1) {
        return address;
    }
    std::copy(mapped.begin(), mapped.end(), address.bytes.begin());
    if (::inet_pton(AF_INET, buffer.data(), &address.bytes[mapped.size()]) == 1) {
        return address;
    }
    return std::nullopt;
}

std::string IpAddress::text() const {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    if (is_ipv4()) {
        ::inet_ntop(AF_INET, &bytes[mapped.size()], buffer.data(), buffer.size());
    } else {
        ::inet_ntop(AF_INET6, bytes.data(), buffer.data(), buffer.size());
    }
    return buffer.data();
}

bool IpAddress::is_ipv4() const noexcept {
    return std::equal(mapped.begin(), mapped.end(), bytes.begin());
}

std::optional<IpRange> IpRange::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto network = IpAddress::parse(text.substr(0, slash));
    if (!network) {
        return std::nullopt;
    }
    if (slash == std::string_view::npos) {
        return IpRange{*network, all_bits};
    }
    // Bits are counted as the address was written.
    const bool ipv4 = text.find(':') == std::string_view::npos;
    const unsigned before = ipv4 ? mapped_bits : 0;
    const char* const last = text.data() + text.size();
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(text.data() + slash + 1, last, bits);
    if (error != std::errc() || end != last || bits > all_bits - before) {
        return std::nullopt;
    }
    return IpRange{*network, before + bits};
}

bool IpRange::contains(const IpAddress& address) const noexcept {
    if (address.is_ipv4() && bits < mapped_bits) {
        return false;
    }
    const std::size_t whole = bits / 8;
    if (!std::equal(network.bytes.begin(), network.bytes.begin() + whole, address.bytes.begin())) {
        return false;
    }
    const unsigned rest = bits % 8;
    return rest == 0 ||
           (network.bytes[whole] >> (8 - rest)) == (address.bytes[whole] >> (8 - rest));
}

}  // namespace reverb
