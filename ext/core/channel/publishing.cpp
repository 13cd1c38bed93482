#include "channel/publishing.h"

#include "base/clock.h"
#include "base/frame.h"
#include "base/json.h"
#include "channel/attributes.h"
#include "channel/channel_name.h"
#include "cluster/cluster.h"
#include "pusher/codec.h"

namespace reverb {

namespace {

constexpr std::size_t max_channels_with_info = 1'000;
// The rest of a frame: its header, the names of event and channel, their keys.
constexpr std::size_t frame_overhead = 1'024;

// {"channels":{name:{attributes}}}, or {} when nothing was asked for.
std::string answer_body(const Services& services, const ApplicationState& application,
                        const PublishRequest& request, const Facts* facts) {
    if (request.info.empty()) {
        return "{}";
    }
    std::string body = "{\"channels\":{";
    for (const std::string& channel : request.channels) {
        body += body.back() == '{' ? "" : ",";
        append_json_string(body, channel);
        body += ":";
        append_attributes(body, services, application, channel, request.info, facts);
    }
    return body + "}}";
}

}  // namespace

void publish_frame(Services& services, std::string key, FramePtr frame, SocketId except) {
    if (services.cluster != nullptr) {
        services.fan_out.publish(key, frame, except,
                                 monotonic_ms() + cache_ttl_ms(services.config));
        services.cluster->publish(key, frame, except);
    } else {
        services.fan_out.publish(std::move(key), std::move(frame), except,
                                 monotonic_ms() + cache_ttl_ms(services.config));
    }
}

std::string fault_of(const PublishRequest& request) {
    if (request.event.empty()) {
        return "The event has no name.";
    }
    if (request.event.size() > max_name_length) {
        return "The event's name is longer than " + std::to_string(max_name_length) +
               " characters.";
    }
    if (!valid_utf8(request.event)) {
        return "The event's name is not UTF-8.";
    }
    if (request.channels.empty()) {
        return "The event names no channel.";
    }
    for (const std::string& channel : request.channels) {
        if (!valid_channel_name(channel)) {
            return "The channel name \"" + (valid_utf8(channel) ? channel : std::string()) +
                   "\" is not valid: 1 to 200 of A-Z a-z 0-9 _ - = @ , . ; are.";
        }
    }
    if (!request.except.empty() && !SocketId::parse(request.except)) {
        return "The socket id is not two numbers joined by a dot.";
    }
    return {};
}

std::optional<Answer> refusal_of(const PublishRequest& request, std::string_view data_json,
                                 std::size_t outbox_limit) {
    if (std::string fault = fault_of(request); !fault.empty()) {
        return Answer{400, std::move(fault)};
    }
    if (!request.info.empty() && request.channels.size() > max_channels_with_info) {
        return Answer{413, "Attributes (info) can be had of at most " +
                               std::to_string(max_channels_with_info) + " channels at once."};
    }
    // A frame that no outbox may hold would cut every subscriber off as too slow.
    if (data_json.size() + frame_overhead > outbox_limit) {
        return Answer{413, "The event's data has " + std::to_string(data_json.size()) +
                               " bytes as JSON, too many for an outbox_limit of " +
                               std::to_string(outbox_limit) + "."};
    }
    return std::nullopt;
}

Answer unknown_application(std::string_view app_id) {
    return {404, "No matching application for ID [" + std::string(app_id) + "]."};
}

Answer overloaded() {
    return {503, "The server is overloaded: too much waits to be delivered. Try again."};
}

void publish_taken(Services& services, const ApplicationState& application,
                   const PublishRequest& request, std::string_view data_json) {
    const SocketId except = SocketId::parse(request.except).value_or(SocketId{});
    for (const std::string& channel : request.channels) {
        std::string key = channel_key(application.settings().id, channel);
        FramePtr frame = frames::event(request.event, channel, data_json);
        if (services.debug()) {
            services.log("debug", "Broadcasting To",
                         channel + " " + std::string(frame_payload(*frame)));
        }
        publish_frame(services, std::move(key), std::move(frame), except);
    }
    count(services.counters.messages_published);
}

Answer publish_event(Services& services, const ApplicationState& application,
                     const PublishRequest& request, std::string_view data_json,
                     const Facts* facts) {
    if (auto refusal = refusal_of(request, data_json, services.config.outbox_limit)) {
        return *std::move(refusal);
    }
    if (services.fan_out.overloaded()) {
        return overloaded();
    }
    publish_taken(services, application, request, data_json);
    return {200, answer_body(services, application, request, facts)};
}

std::optional<Question> question_of(const Services& services, const PublishRequest& request) {
    if (services.cluster == nullptr || request.info.empty() ||
        request.channels.size() > max_channels_with_info || !fault_of(request).empty()) {
        return std::nullopt;
    }
    Question question;
    question.app_id = request.app_id;
    question.channels = request.channels;
    return question;
}

std::optional<Answer> publish_event(Services& services, const PublishRequest& request,
                                    const Facts* facts) {
    const FoundApplication found = services.applications.by_id(request.app_id);
    switch (found.state) {
        case FoundApplication::State::known:
            break;
        case FoundApplication::State::awaited:
            return std::nullopt;
        case FoundApplication::State::unavailable:
            return Answer{503, "The application could not be looked up. Try again."};
        default:
            return unknown_application(request.app_id);
    }
    if (!valid_utf8(request.data)) {
        return Answer{400, "The event's data is not UTF-8."};
    }
    std::string data_json;
    append_json_string(data_json, request.data);
    return publish_event(services, *found.application, request, data_json, facts);
}

}  // namespace reverb
