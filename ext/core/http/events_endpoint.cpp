#include "base/json.h"
#include "channel/publishing.h"
#include "http/endpoints.h"
#include "http/validation.h"

namespace reverb {

std::optional<Question> ask_for_event(const SignedCall& call) {
    // Most events ask for nothing, and are not read twice.
    if (call.request.body.find("\"info\"") == std::string::npos) {
        return std::nullopt;
    }
    JsonReader reader;
    const auto body = reader.object(call.request.body);
    if (!body) {
        return std::nullopt;
    }
    try {
        const Fields fields(reader, *body);
        PublishRequest event;
        event.event = fields.required_text("name");
        event.channels = fields.channels(max_channels_over_http);
        event.info = fields.optional_text("info");
        return question_of(call.services, event);
    } catch (const InvalidField&) {
        return std::nullopt;
    }
}

HttpResponse trigger_event(const SignedCall& call) {
    thread_local JsonReader reader;
    const auto body = reader.object(call.request.body);
    if (!body) {
        return HttpResponse::text(400, "The body is not a JSON object.");
    }
    try {
        const Fields fields(reader, *body);
        PublishRequest event;
        event.event = fields.required_text("name");
        // The data goes on as it came: it is a JSON string already.
        const std::string_view data = fields.required_text_json("data");
        event.channels = fields.channels(max_channels_over_http);
        event.except = fields.optional_text("socket_id");
        event.info = fields.optional_text("info");
        const Answer answer =
            publish_event(call.services, call.application, event, data, call.facts);
        return answer.status == 200 ? HttpResponse::json(answer.body)
                                    : HttpResponse::text(answer.status, answer.body);
    } catch (const InvalidField& invalid) {
        return invalid.response();
    }
}

}  // namespace reverb
