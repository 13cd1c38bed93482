#include "app/trusted_proxies.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "server_config.h"

namespace reverb {

namespace {

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= 5 &&
           std::all_of(text.begin(), text.end(),
                       [](unsigned char digit) { return std::isdigit(digit) != 0; });
}

// One entry of a header: an address, or `a.b.c.d:port`, `[address]` or `[address]:port`.
std::optional<IpAddress> read_entry(std::string_view entry) {
    entry = trimmed(entry);
    if (entry.starts_with('[')) {
        const std::size_t end = entry.find(']');
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        const std::string_view rest = entry.substr(end + 1);
        if (!rest.empty() && !(rest.front() == ':' && is_port(rest.substr(1)))) {
            return std::nullopt;
        }
        return IpAddress::parse(entry.substr(1, end - 1));
    }
    const std::size_t colon = entry.find(':');
    if (colon != std::string_view::npos && is_port(entry.substr(colon + 1))) {
        // With one colon only, it is no IPv6 address.
        entry = entry.substr(0, colon);
    }
    return IpAddress::parse(entry);
}

}  // namespace

TrustedProxies::TrustedProxies(const std::vector<std::string>& settings) {
    for (std::size_t index = 0; index < settings.size(); ++index) {
        const std::string& text = settings[index];
        if (text == "*") {
            anybody_ = true;
        } else if (const auto range = IpRange::parse(text)) {
            ranges_.push_back(*range);
        } else {
            throw ConfigError("trusted_proxies." + std::to_string(index),
                              "\"" + text +
                                  "\" is neither an IP address, nor a range such as 10.0.0.0/8, "
                                  "nor \"*\": names of hosts are not looked up");
        }
    }
}

bool TrustedProxies::trusts(const std::string& peer) const {
    if (anybody_ || ranges_.empty()) {
        return anybody_;
    }
    const auto address = IpAddress::parse(peer);
    return address && lists(*address);
}

bool TrustedProxies::lists(const IpAddress& address) const {
    return std::any_of(ranges_.begin(), ranges_.end(),
                       [&](const IpRange& range) { return range.contains(address); });
}

std::string TrustedProxies::client(const std::string& peer, std::string_view forwarded_for,
                                   std::string_view real_ip) const {
    if (trimmed(forwarded_for).empty()) {
        const auto address = read_entry(real_ip);
        return address ? address->text() : peer;
    }
    std::optional<IpAddress> client;
    for (bool more = true; more;) {
        const std::size_t comma = forwarded_for.rfind(',');
        more = comma != std::string_view::npos;
        const auto address = read_entry(more ? forwarded_for.substr(comma + 1) : forwarded_for);
        if (!address) {
            break;
        }
        client = address;
        more = more && lists(*address);
        forwarded_for = forwarded_for.substr(0, comma);
    }
    return client ? client->text() : peer;
}

}  // namespace reverb
