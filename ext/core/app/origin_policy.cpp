#include "app/origin_policy.h"

#include <algorithm>
#include <cctype>

namespace reverb {

namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

// The host of `scheme://[user@]host[:port]`, or nothing for any other shape ("null" among them).
std::string host_of(std::string_view origin) {
    const auto scheme = origin.find("://");
    if (scheme == std::string_view::npos || scheme == 0) {
        return {};
    }
    std::string_view host = origin.substr(scheme + 3);
    host = host.substr(0, host.find_first_of("/?#"));
    if (const auto at = host.rfind('@'); at != std::string_view::npos) {
        host.remove_prefix(at + 1);
    }
    if (!host.empty() && host.front() == '[') {
        return lower(host.substr(0, host.find(']') + 1));
    }
    return lower(host.substr(0, host.find(':')));
}

// Matches `*` greedily with one point to come back to: linear in practice, never exponential.
bool matches(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace

bool origin_allowed(const std::vector<std::string>& patterns, std::string_view origin) {
    if (std::find(patterns.begin(), patterns.end(), "*") != patterns.end()) {
        return true;
    }
    const std::string host = host_of(origin);
    return !host.empty() && std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) {
        return matches(lower(pattern), host);
    });
}

}  // namespace reverb
