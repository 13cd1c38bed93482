#include <set>
#include <utility>

#include "base/json.h"
#include "channel/attributes.h"
#include "channel/channel_name.h"
#include "http/endpoints.h"

namespace reverb {

namespace {

std::string_view prefix_of(const SignedCall& call) {
    return call.query.get("filter_by_prefix").value_or("");
}

// [{"id":1}]: the users that this node knows of, then those that only others do.
std::string user_ids(const SignedCall& call) {
    const std::string key = channel_key(call.application.settings().id, call.name);
    std::string json = "[";
    std::set<std::string> listed;
    const auto add = [&](const std::string& id, std::string_view id_json) {
        if (listed.insert(id).second) {
            json.append(json.size() > 1 ? "," : "").append("{\"id\":");
            json.append(id_json).append("}");
        }
    };
    for (const MemberPtr& user : call.services.directory.members(key)) {
        add(user->id, user->id_json);
    }
    if (call.facts != nullptr) {
        const auto others = call.facts->channels.find(call.name);
        if (others != call.facts->channels.end()) {
            for (const auto& [id, id_json] : others->second.ids) {
                add(id, id_json);
            }
        }
    }
    return json + "]";
}

}  // namespace

std::optional<Question> ask_for_list(const SignedCall& call) {
    Question question;
    question.prefix = prefix_of(call);
    return question;
}

HttpResponse list_channels(const SignedCall& call) {
    const std::string_view info = call.query.get("info").value_or("");
    std::set<std::string> names;
    for (Directory::Occupancy& channel :
         call.services.directory.channels(call.application.settings().id, prefix_of(call))) {
        names.insert(std::move(channel.name));
    }
    if (call.facts != nullptr) {
        for (const auto& [name, facts] : call.facts->channels) {
            names.insert(name);
        }
    }
    std::string body = "{\"channels\":{";
    for (const std::string& name : names) {
        body += body.back() == '{' ? "" : ",";
        append_json_string(body, name);
        body += ":";
        append_attributes(body, call.services, call.application, name, info, call.facts);
    }
    return HttpResponse::json(body + "}}");
}

std::optional<Question> ask_for_channel(const SignedCall& call) {
    Question question;
    question.channels.emplace_back(call.name);
    question.caches = asked_for(call.query.get("info").value_or(""), "cache");
    return question;
}

HttpResponse show_channel(const SignedCall& call) {
    std::string body;
    append_attributes(body, call.services, call.application, call.name,
                      "occupied," + std::string(call.query.get("info").value_or("")), call.facts);
    return HttpResponse::json(std::move(body));
}

std::optional<Question> ask_for_users(const SignedCall& call) {
    if (!channel_kind(call.name).presence) {
        return std::nullopt;
    }
    Question question;
    question.channels.emplace_back(call.name);
    question.users = true;
    return question;
}

HttpResponse list_users(const SignedCall& call) {
    return channel_kind(call.name).presence
               ? HttpResponse::json("{\"users\":" + user_ids(call) + "}")
               : HttpResponse::json("{}", 400);
}

}  // namespace reverb
