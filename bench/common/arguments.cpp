#include "common/arguments.h"

#include <charconv>
#include <stdexcept>
#include <string_view>

namespace reverb::bench {

Arguments::Arguments(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (!argument.starts_with("--")) {
            throw std::invalid_argument("'" + std::string(argument) +
                                        "': options are written --name=value");
        }
        const std::size_t equals = argument.find('=');
        const std::string name(argument.substr(2, equals - 2));
        values_[name] =
            equals == std::string_view::npos ? "" : std::string(argument.substr(equals + 1));
    }
}

std::string Arguments::text(const std::string& name, const std::string& fallback) {
    const auto node = values_.extract(name);
    return node ? node.mapped() : fallback;
}

std::uint64_t Arguments::number(const std::string& name, std::uint64_t fallback) {
    const auto node = values_.extract(name);
    if (!node) {
        return fallback;
    }
    const std::string& value = node.mapped();
    std::uint64_t result = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
    if (error != std::errc{} || end != value.data() + value.size()) {
        throw std::invalid_argument("--" + name + "='" + value + "': a whole number is needed");
    }
    return result;
}

bool Arguments::flag(const std::string& name) {
    return static_cast<bool>(values_.extract(name));
}

void Arguments::finish() const {
    if (!values_.empty()) {
        throw std::invalid_argument("--" + values_.begin()->first + ": no such option");
    }
}

}  // namespace reverb::bench
