#include "load/report.h"

#include <cstdio>

namespace reverb::bench {

void Report::add_raw(std::string_view name, const std::string& value) {
    fields_ += fields_.empty() ? "" : ", ";
    fields_ += '"';
    fields_ += name;
    fields_ += "\": " + value;
}

void Report::add(std::string_view name, double value) {
    char text[32];
    std::snprintf(text, sizeof(text), "%.3f", value);
    add_raw(name, text);
}

void Report::add(std::string_view name, std::uint64_t value) {
    add_raw(name, std::to_string(value));
}

void Report::print() const {
    std::printf("{%s}\n", fields_.c_str());
}

}  // namespace reverb::bench
