#include "http/events_endpoint.h"

#include "base/json.h"
#include "channel/publishing.h"

namespace reverb {

namespace {

// {"field":["message"]}, as Laravel's validator has it.
HttpResponse invalid(std::string_view field, std::string_view message) {
    std::string body = "{";
    append_json_string(body, field);
    body += ":[";
    append_json_string(body, message);
    body += "]}";
    return HttpResponse::json(std::move(body), 400);
}

std::string describe(std::string_view field, std::string_view fault) {
    return "The " + std::string(field) + " field " + std::string(fault);
}

bool absent(const JsonField* field) {
    return field == nullptr || field->kind == JsonKind::null ||
           (field->kind == JsonKind::string && field->text.empty());
}

// An optional text member: false, with the response, when it is there and no string.
bool read_text(const JsonObject& body, std::string_view name, std::string& into,
               HttpResponse& fault) {
    const JsonField* field = find(body, name);
    if (absent(field)) {
        return true;
    }
    if (field->kind != JsonKind::string) {
        fault = invalid(name, describe(name, "must be a string."));
        return false;
    }
    into = field->text;
    return true;
}

bool read_channels(JsonReader& reader, const JsonObject& body, std::vector<std::string>& channels,
                   HttpResponse& fault) {
    const JsonField* list = find(body, "channels");
    if (list == nullptr || list->kind == JsonKind::null) {
        std::string channel;
        if (!read_text(body, "channel", channel, fault)) {
            return false;
        }
        if (channel.empty()) {
            fault = invalid("channels",
                            "The channels field is required when channel is not present.");
            return false;
        }
        channels.push_back(std::move(channel));
        return true;
    }
    if (list->kind != JsonKind::array) {
        fault = invalid("channels", describe("channels", "must be an array."));
        return false;
    }
    const auto elements = reader.array(list->raw);
    if (!elements || elements->empty()) {
        fault = invalid("channels",
                        "The channels field is required when channel is not present.");
        return false;
    }
    if (elements->size() > max_channels_over_http) {
        fault = invalid("channels", describe("channels", "must not have more than " +
                                                             std::to_string(max_channels_over_http) +
                                                             " items."));
        return false;
    }
    for (const JsonField& element : *elements) {
        if (element.kind != JsonKind::string) {
            fault = invalid("channels", describe("channels", "must hold strings."));
            return false;
        }
        channels.push_back(element.text);
    }
    return true;
}

}  // namespace

HttpResponse trigger_event(Services& services, const ApplicationState& application,
                           const HttpRequest& request) {
    thread_local JsonReader reader;
    const auto body = reader.object(request.body);
    if (!body) {
        return HttpResponse::text(400, "The body is not a JSON object.");
    }
    const JsonField* name = find(*body, "name");
    if (absent(name)) {
        return invalid("name", "The name field is required.");
    }
    if (name->kind != JsonKind::string) {
        return invalid("name", describe("name", "must be a string."));
    }
    const JsonField* data = find(*body, "data");
    if (data == nullptr || data->kind == JsonKind::null) {
        return invalid("data", "The data field is required.");
    }
    if (data->kind != JsonKind::string) {
        return invalid("data", describe("data", "must be a string."));
    }

    PublishRequest event;
    event.event = name->text;
    HttpResponse fault;
    if (!read_channels(reader, *body, event.channels, fault) ||
        !read_text(*body, "socket_id", event.except, fault) ||
        !read_text(*body, "info", event.info, fault)) {
        return fault;
    }
    // The data goes on as it came: it is a JSON string already.
    const Answer answer = publish_event(services, application, event, data->raw);
    return answer.status == 200 ? HttpResponse::json(answer.body)
                                : HttpResponse::text(answer.status, answer.body);
}

}  // namespace reverb
