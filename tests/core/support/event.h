// One message of the server, taken apart. A value.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "base/json.h"

namespace reverb::testing {

struct Event {
    std::string name;
    std::string data;  // the string where it is one, else the JSON as it came; empty when absent
    std::string channel;
    JsonKind data_kind = JsonKind::null;

    // A member of `data`, which holds an object: decoded where it is a string, else as JSON.
    [[nodiscard]] std::string detail(std::string_view key) const {
        JsonReader reader;
        const auto object = reader.object(data);
        const JsonField* field = object ? find(*object, key) : nullptr;
        if (field == nullptr) {
            return {};
        }
        return field->kind == JsonKind::string ? field->text : field->raw;
    }
};

[[nodiscard]] inline Event read_event(std::string_view json) {
    JsonReader reader;
    const auto object = reader.object(json);
    if (!object) {
        throw std::runtime_error("no JSON object: " + std::string(json));
    }
    Event event;
    if (const JsonField* name = find(*object, "event")) {
        event.name = name->text;
    }
    if (const JsonField* channel = find(*object, "channel")) {
        event.channel = channel->text;
    }
    if (const JsonField* data = find(*object, "data")) {
        event.data = data->kind == JsonKind::string ? data->text : data->raw;
        event.data_kind = data->kind;
    }
    return event;
}

}  // namespace reverb::testing
