#include "base/json.h"
#include "channel/publishing.h"
#include "http/endpoints.h"
#include "http/event_fields.h"
#include "http/validation.h"

namespace reverb {

std::optional<Question> ask_for_event(const SignedCall& call) {
    return ask_where_info(call, [&call](JsonReader& reader, const JsonObject& body) {
        return question_of(call.services, read_event(Fields(reader, body)).event);
    });
}

HttpResponse trigger_event(const SignedCall& call) {
    thread_local JsonReader reader;
    const auto body = reader.object(call.request.body);
    if (!body) {
        return HttpResponse::text(400, "The body is not a JSON object.");
    }
    try {
        const EventFields read = read_event(Fields(reader, *body));
        const Answer answer =
            publish_event(call.services, call.application, read.event, read.data_json, call.facts);
        return answer.status == 200 ? HttpResponse::json(answer.body)
                                    : HttpResponse::text(answer.status, answer.body);
    } catch (const InvalidField& invalid) {
        return invalid.response();
    }
}

}  // namespace reverb
