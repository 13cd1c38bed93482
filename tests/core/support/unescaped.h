// The text that the inside of a JSON string stands for. A function of the tests.
#pragma once

#include <stdexcept>
#include <string>

#include "base/json.h"

namespace reverb::testing {

[[nodiscard]] inline std::string unescaped(const std::string& inside) {
    JsonReader reader;
    const auto object = reader.object("{\"text\":\"" + inside + "\"}");
    if (!object) {
        throw std::runtime_error("no inside of a JSON string: " + inside);
    }
    return find(*object, "text")->text;
}

}  // namespace reverb::testing
