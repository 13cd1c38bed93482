// Reads the members of a JSON body, and says what is wrong with them as Laravel's validator does:
// status 400 and {"field":["The field … "]}. Used while one request is handled.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "http/request.h"

namespace reverb {

// A member that is missing or of the wrong type.
class InvalidField : public std::runtime_error {
  public:
    InvalidField(std::string field, const std::string& message)
        : std::runtime_error(message), field_(std::move(field)) {}
    [[nodiscard]] HttpResponse response() const;

  private:
    std::string field_;
};

// One JSON object of a body; `prefix` names it in messages ("batch.0.").
class Fields {
  public:
    Fields(JsonReader& reader, const JsonObject& object, std::string prefix = {})
        : reader_(reader), object_(object), prefix_(std::move(prefix)) {}

    // All throw InvalidField.
    [[nodiscard]] std::string required_text(std::string_view name) const;
    // The JSON of a string, quotes included, as it came.
    [[nodiscard]] std::string_view required_text_json(std::string_view name) const;
    [[nodiscard]] std::string optional_text(std::string_view name) const;
    // `channels`, or `channel` where that is absent: 1 to `most` names.
    [[nodiscard]] std::vector<std::string> channels(std::size_t most) const;

  private:
    [[nodiscard]] const JsonField& required(std::string_view name) const;
    [[noreturn]] void fail(std::string_view name, const std::string& fault) const;

    JsonReader& reader_;
    const JsonObject& object_;
    std::string prefix_;
};

}  // namespace reverb
