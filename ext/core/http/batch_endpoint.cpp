#include <optional>
#include <utility>
#include <vector>

#include "base/json.h"
#include "channel/attributes.h"
#include "channel/publishing.h"
#include "http/endpoints.h"
#include "http/event_fields.h"
#include "http/validation.h"

namespace reverb {

namespace {

std::vector<EventFields> read_items(JsonReader& reader, const JsonObject& body) {
    const JsonField* batch = find(body, "batch");
    if (batch == nullptr || batch->kind == JsonKind::null) {
        throw InvalidField("batch", "The batch field is required.");
    }
    const auto elements = batch->kind == JsonKind::array ? reader.array(batch->raw) : std::nullopt;
    if (!elements) {
        throw InvalidField("batch", "The batch field must be an array.");
    }
    std::vector<EventFields> items;
    items.reserve(elements->size());
    for (const JsonField& element : *elements) {
        const std::string name = "batch." + std::to_string(items.size());
        const auto object =
            element.kind == JsonKind::object ? reader.object(element.raw) : std::nullopt;
        if (!object) {
            throw InvalidField(name, "The " + name + " field must be an object.");
        }
        items.push_back(read_event(Fields(reader, *object, name + ".")));
    }
    return items;
}

// All or none: a batch with one event that is not taken publishes nothing.
std::optional<Answer> refusal_of(const Services& services, const std::vector<EventFields>& items) {
    for (const EventFields& item : items) {
        if (auto refusal = refusal_of(item.event, item.data_json, services.config.outbox_limit)) {
            return refusal;
        }
    }
    return services.fan_out.overloaded() ? std::optional(overloaded()) : std::nullopt;
}

}  // namespace

std::optional<Question> ask_for_batch(const SignedCall& call) {
    return ask_where_info(call, [&call](JsonReader& reader, const JsonObject& body) {
        Question question;
        for (const EventFields& item : read_items(reader, body)) {
            if (auto one = question_of(call.services, item.event)) {
                question.channels.push_back(std::move(one->channels.front()));
            }
        }
        return question.channels.empty() ? std::nullopt : std::optional(std::move(question));
    });
}

HttpResponse trigger_batch(const SignedCall& call) {
    thread_local JsonReader reader;
    const auto body = reader.object(call.request.body);
    if (!body) {
        return HttpResponse::text(400, "The body is not a JSON object.");
    }
    try {
        const std::vector<EventFields> items = read_items(reader, *body);
        if (const auto refusal = refusal_of(call.services, items)) {
            return HttpResponse::text(refusal->status, refusal->body);
        }
        std::string answers;
        bool asked = false;
        for (const EventFields& item : items) {
            publish_taken(call.services, call.application, item.event, item.data_json);
            answers += answers.empty() ? "" : ",";
            append_attributes(answers, call.services, call.application, item.event.channels.front(),
                              item.event.info, call.facts);
            asked = asked || !item.event.info.empty();
        }
        return HttpResponse::json(asked ? "{\"batch\":[" + answers + "]}" : "{}");
    } catch (const InvalidField& invalid) {
        return invalid.response();
    }
}

}  // namespace reverb
