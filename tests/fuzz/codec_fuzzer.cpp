// Whatever a client sends: a message or nothing, and every frame made of it is JSON again.
#include <string>

#include "channel/presence.h"
#include "fuzz/check.h"
#include "pusher/codec.h"

namespace reverb {
namespace {

using fuzz::check;

std::string payload(const FramePtr& frame) {
    const auto length = static_cast<unsigned char>(frame->bytes().at(1));
    return frame->bytes().substr(length < 126 ? 2 : length == 126 ? 4 : 10);
}

// The frame's members.
JsonObject read(const FramePtr& frame) {
    static JsonReader reader;
    const auto object = reader.object(payload(frame));
    check(object.has_value(), "a frame is a JSON object");
    return *object;
}

const std::string& text(const JsonObject& object, std::string_view key) {
    const JsonField* field = find(object, key);
    check(field != nullptr && field->kind == JsonKind::string, "the member is a string");
    return field->text;
}

void check_client_event(const ClientMessage& message) {
    const std::string data = message.data ? message.data->raw : "";
    const JsonObject frame =
        read(frames::client_event(message.event, message.channel.value_or(""), data, "\"7\""));
    check(text(frame, "event") == message.event, "the event's name passes");
    check(text(frame, "channel") == message.channel.value_or(""), "the channel passes");
    const JsonField* passed = find(frame, "data");
    check((passed != nullptr) == message.data.has_value(), "data passes when there is some");
    check(passed == nullptr || passed->raw == data, "data passes as it came");
}

void check_member(const Member& member, const std::string& channel) {
    check(!member.id.empty(), "a member has an id");
    for (const FramePtr& frame :
         {frames::member_added(channel, member), frames::member_removed(channel, member)}) {
        static JsonReader reader;
        const auto data = reader.object(text(read(frame), "data"));
        check(data && find(*data, "user_id")->raw == member.id_json, "the id keeps its type");
        const JsonField* info = find(*data, "user_info");
        check(info == nullptr || info->raw == member.info_json, "the info passes as it came");
    }
}

void check_succeeded(const std::string& channel, const MemberPtr& member) {
    Presence presence;
    std::string list;
    if (member != nullptr) {
        presence.join(member);
        list = presence.list();
    }
    const JsonObject succeeded = read(frames::subscription_succeeded(channel, list));
    check(text(succeeded, "channel") == channel, "the channel is told");
    static JsonReader reader;
    const auto told = reader.object(text(succeeded, "data"));
    check(told.has_value(), "data is a JSON object");
    const JsonField* members = find(*told, "presence");
    check((members != nullptr) == (member != nullptr), "who is there is told where somebody is");
    if (members != nullptr) {
        static JsonReader inner;
        const auto fields = inner.object(members->raw);
        check(fields && find(*fields, "ids")->raw == "[" + member->id_json + "]",
              "the id keeps its type");
    }
}

void check_subscription(Codec& codec, const SubscribeData& data) {
    check(!data.channel.empty(), "a subscription names its channel");
    MemberPtr member;
    if (!data.channel_data.empty()) {
        static JsonReader reader;
        check(reader.object(data.channel_data).has_value(), "channel_data is a JSON object");
        member = codec.member(data.channel_data);
        if (member != nullptr) {
            check_member(*member, data.channel);
        }
    }
    check_succeeded(data.channel, member);
    const JsonObject failed = read(frames::subscription_error(data.channel, "E", data.auth, 401));
    check(find(failed, "data")->kind == JsonKind::object, "the reasons are an object");
}

}  // namespace
}  // namespace reverb

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace reverb;
    static Codec codec;
    const auto message = codec.message(fuzz::as_text(data, size));
    if (!message) {
        return 0;
    }
    check_client_event(*message);
    const bool passable = codec.passable(*message);
    check(passable || message->data, "a message without data may pass");
    if (const auto subscription = codec.subscription(*message)) {
        check(passable, "what holds a subscription is an object");
        check_subscription(codec, *subscription);
    }
    check(text(read(frames::error(CloseCode::unauthorized, message->event)), "event") ==
              "pusher:error",
          "an error is an error");
    return 0;
}
