// The event in a JSON object of a body, of POST events and of each in POST batch_events alike. Used
// while one request is handled.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "cluster/facts.h"
#include "http/endpoints.h"
#include "http/validation.h"
#include "publish.h"

namespace reverb {

struct EventFields {
    PublishRequest event;   // but its data
    std::string data_json;  // goes on as it came: it is a JSON string already
};

// Throws InvalidField for the first that is wrong.
[[nodiscard]] EventFields read_event(const Fields& fields);

// What `ask` wants to know of the other nodes: called with the body's object where some event may
// ask for attributes of its channels. Most do not, and are not read twice.
template <typename Ask>
[[nodiscard]] std::optional<Question> ask_where_info(const SignedCall& call, const Ask& ask) {
    if (call.request.body.find("\"info\"") == std::string_view::npos) {
        return std::nullopt;
    }
    JsonReader reader;
    const auto body = reader.object(call.request.body);
    if (!body) {
        return std::nullopt;
    }
    try {
        return ask(reader, *body);
    } catch (const InvalidField&) {
        // The endpoint will say so.
        return std::nullopt;
    }
}

}  // namespace reverb
