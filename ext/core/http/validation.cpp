#include "http/validation.h"

namespace reverb {

namespace {

bool absent(const JsonField* field) {
    return field == nullptr || field->kind == JsonKind::null ||
           (field->kind == JsonKind::string && field->text.empty());
}

}  // namespace

HttpResponse InvalidField::response() const {
    std::string body = "{";
    append_json_string(body, field_);
    body += ":[";
    append_json_string(body, what());
    body += "]}";
    return HttpResponse::json(std::move(body), 400);
}

void Fields::fail(std::string_view name, const std::string& fault) const {
    const std::string field = prefix_ + std::string(name);
    throw InvalidField(field, "The " + field + " field " + fault);
}

const JsonField& Fields::required(std::string_view name) const {
    const JsonField* field = find(object_, name);
    if (field == nullptr || field->kind == JsonKind::null) {
        fail(name, "is required.");
    }
    if (field->kind != JsonKind::string) {
        fail(name, "must be a string.");
    }
    return *field;
}

std::string Fields::required_text(std::string_view name) const {
    const JsonField& field = required(name);
    if (field.text.empty()) {
        fail(name, "is required.");
    }
    return field.text;
}

std::string_view Fields::required_text_json(std::string_view name) const {
    return required(name).raw;
}

std::string Fields::optional_text(std::string_view name) const {
    const JsonField* field = find(object_, name);
    if (absent(field)) {
        return {};
    }
    if (field->kind != JsonKind::string) {
        fail(name, "must be a string.");
    }
    return field->text;
}

std::vector<std::string> Fields::channels(std::size_t most) const {
    const JsonField* list = find(object_, "channels");
    if (absent(list)) {
        std::string channel = optional_text("channel");
        if (channel.empty()) {
            fail("channels", "is required when channel is not present.");
        }
        return {std::move(channel)};
    }
    const auto elements = list->kind == JsonKind::array ? reader_.array(list->raw) : std::nullopt;
    if (!elements) {
        fail("channels", "must be an array.");
    }
    if (elements->empty()) {
        fail("channels", "is required when channel is not present.");
    }
    if (elements->size() > most) {
        fail("channels", "must not have more than " + std::to_string(most) + " items.");
    }
    std::vector<std::string> names;
    names.reserve(elements->size());
    for (const JsonField& element : *elements) {
        if (element.kind != JsonKind::string) {
            fail("channels", "must hold strings.");
        }
        names.push_back(element.text);
    }
    return names;
}

}  // namespace reverb
