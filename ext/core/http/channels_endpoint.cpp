#include "base/json.h"
#include "channel/attributes.h"
#include "channel/channel_name.h"
#include "http/endpoints.h"

namespace reverb {

HttpResponse list_channels(const SignedCall& call) {
    const std::string info = call.query.get("info").value_or("");
    std::string body = "{\"channels\":{";
    for (const Directory::Occupancy& channel : call.services.directory.channels(
             call.application.settings().id, call.query.get("filter_by_prefix").value_or(""))) {
        body += body.back() == '{' ? "" : ",";
        append_json_string(body, channel.name);
        body += ":";
        append_attributes(body, call.services, call.application, channel.name, info);
    }
    return HttpResponse::json(body + "}}");
}

HttpResponse show_channel(const SignedCall& call) {
    std::string body;
    append_attributes(body, call.services, call.application, call.name,
                      "occupied," + call.query.get("info").value_or(""));
    return HttpResponse::json(std::move(body));
}

HttpResponse list_users(const SignedCall& call) {
    if (!channel_kind(call.name).presence) {
        return HttpResponse::json("{}", 400);
    }
    return HttpResponse::json(
        "{\"users\":" +
        call.services.directory.user_ids(channel_key(call.application.settings().id, call.name)) +
        "}");
}

}  // namespace reverb
