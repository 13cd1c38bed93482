#include "http/route.h"

namespace reverb {

namespace {

// Takes the text up to the next slash off the front, the slash included.
std::string_view take_segment(std::string_view& path) {
    const auto slash = path.find('/');
    const std::string_view segment = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    return segment;
}

}  // namespace

std::optional<std::string_view> without_prefix(std::string_view prefix, std::string_view target) {
    if (!target.starts_with(prefix)) {
        return std::nullopt;
    }
    target.remove_prefix(prefix.size());
    if (!target.starts_with('/')) {
        return std::nullopt;
    }
    return target;
}

std::optional<std::vector<std::string_view>> match(std::string_view pattern,
                                                   std::string_view path) {
    std::vector<std::string_view> names;
    if (path.ends_with('/')) {
        return std::nullopt;
    }
    while (!pattern.empty() && !path.empty()) {
        const std::string_view expected = take_segment(pattern);
        const std::string_view segment = take_segment(path);
        if (expected == "{}" && !segment.empty()) {
            names.push_back(segment);
        } else if (expected != segment) {
            return std::nullopt;
        }
    }
    if (!pattern.empty() || !path.empty()) {
        return std::nullopt;
    }
    return names;
}

}  // namespace reverb
