// What an application is asked for by: its id (the HTTP API, publishers) or its key (clients). A
// value.
#pragma once

#include <cstdint>
#include <string>

namespace reverb {

struct ApplicationName {
    enum class By : std::uint8_t { id, key };
    By by = By::id;
    std::string value;

    friend bool operator==(const ApplicationName&, const ApplicationName&) = default;
};

}  // namespace reverb
