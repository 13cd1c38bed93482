#include "pusher/codec.h"

#include <algorithm>
#include <utility>

namespace reverb {
namespace {

const std::string* text_of(const JsonField* field) {
    return field != nullptr && field->kind == JsonKind::string ? &field->text : nullptr;
}

bool whole(std::string_view number) {
    return std::ranges::all_of(number, [](char c) { return (c >= '0' && c <= '9') || c == '-'; });
}

bool absent(const JsonField* field) {
    return field == nullptr || field->kind == JsonKind::null;
}

}  // namespace

std::optional<ClientMessage> Codec::message(std::string_view bytes) {
    auto object = reader_.object(bytes);
    if (!object) {
        return std::nullopt;
    }
    ClientMessage message;
    bool has_event = false;
    for (JsonField& field : *object) {
        if (field.key == "event" && field.kind == JsonKind::string) {
            message.event = std::move(field.text);
            has_event = true;
        } else if (field.key == "channel" && field.kind == JsonKind::string) {
            message.channel = std::move(field.text);
        } else if (field.key == "data" && field.kind != JsonKind::null) {
            message.data = std::move(field);
        }
    }
    if (!has_event) {
        return std::nullopt;
    }
    return message;
}

std::optional<SubscribeData> Codec::subscription(const ClientMessage& message) {
    if (!message.data) {
        return std::nullopt;
    }
    std::optional<JsonObject> object;
    if (message.data->kind == JsonKind::object) {
        object = reader_.object(message.data->raw);
    } else if (message.data->kind == JsonKind::string) {
        object = reader_.object(message.data->text);
    }
    if (!object) {
        return std::nullopt;
    }

    const std::string* channel = text_of(find(*object, "channel"));
    if (channel == nullptr || channel->empty()) {
        return std::nullopt;
    }
    SubscribeData data{.channel = *channel, .auth = {}, .channel_data = {}};
    if (const JsonField* auth = find(*object, "auth"); !absent(auth)) {
        if (auth->kind != JsonKind::string) {
            return std::nullopt;
        }
        data.auth = auth->text;
    }
    if (const JsonField* channel_data = find(*object, "channel_data"); !absent(channel_data)) {
        if (channel_data->kind != JsonKind::string || !reader_.object(channel_data->text)) {
            return std::nullopt;
        }
        data.channel_data = channel_data->text;
    }
    return data;
}

MemberPtr Codec::member(std::string_view channel_data) {
    const auto object = reader_.object(channel_data);
    if (!object) {
        return nullptr;
    }
    const JsonField* id = find(*object, "user_id");
    if (id == nullptr) {
        return nullptr;
    }
    Member member;
    if (id->kind == JsonKind::string) {
        member.id = id->text;
    } else if (id->kind == JsonKind::number && whole(id->raw)) {
        member.id = id->raw;
    }
    if (member.id.empty()) {
        return nullptr;
    }
    member.id_json = id->raw;
    const JsonField* info = find(*object, "user_info");
    member.info_json = absent(info) ? "{}" : info->raw;
    return std::make_shared<const Member>(std::move(member));
}

bool Codec::passable(const ClientMessage& message) {
    if (!message.data) {
        return true;
    }
    switch (message.data->kind) {
        case JsonKind::object:
        case JsonKind::array:
            return true;
        case JsonKind::string:
            return reader_.object(message.data->text) || reader_.array(message.data->text);
        default:
            return false;
    }
}

namespace frames {
namespace {

// {"event":NAME, …, written member by member, in the order of the calls.
class Message {
  public:
    explicit Message(std::string_view event, std::size_t expected = 0) {
        constexpr std::size_t frame_of_members = 64;
        json_.reserve(frame_of_members + event.size() + expected);
        json_.append(R"({"event":)");
        append_json_string(json_, event);
    }

    Message& text(std::string_view key, std::string_view value) {
        begin(key);
        append_json_string(json_, value);
        return *this;
    }

    // Of JSON that is there in parts.
    template <typename... Parts>
    Message& value(std::string_view key, const Parts&... json) {
        begin(key);
        (json_.append(json), ...);
        return *this;
    }

    FramePtr frame() {
        json_.push_back('}');
        return text_frame(json_);
    }

  private:
    void begin(std::string_view key) { json_.append(",\"").append(key).append("\":"); }

    std::string json_;
};

}  // namespace

FramePtr connection_established(SocketId id, unsigned activity_timeout) {
    const std::string data = R"({"socket_id":")" + id.text() + R"(","activity_timeout":)" +
                             std::to_string(activity_timeout) + "}";
    return Message("pusher:connection_established").text("data", data).frame();
}

FramePtr ping() {
    static const FramePtr frames = std::make_shared<const Frame>(
        Message("pusher:ping").frame()->bytes() + ping_frame()->bytes());
    return frames;
}

FramePtr pong() {
    static const FramePtr frame = Message("pusher:pong").frame();
    return frame;
}

FramePtr error(CloseCode code, std::string_view message) {
    std::string data =
        R"({"code":)" + std::to_string(static_cast<unsigned>(code)) + R"(,"message":)";
    append_json_string(data, message);
    data.push_back('}');
    return Message("pusher:error").text("data", data).frame();
}

FramePtr subscription_succeeded(std::string_view channel, std::string_view presence) {
    Message message("pusher_internal:subscription_succeeded", channel.size() + presence.size());
    if (presence.empty()) {
        message.text("data", "{}");
    } else {
        message.value("data", R"("{\"presence\":)", presence, R"(}")");
    }
    return message.text("channel", channel).frame();
}

FramePtr subscription_error(std::string_view channel, std::string_view type, std::string_view error,
                            int status) {
    std::string data = R"({"type":)";
    append_json_string(data, type);
    data.append(R"(,"error":)");
    append_json_string(data, error);
    data.append(R"(,"status":)").append(std::to_string(status)).append("}");
    return Message("pusher:subscription_error")
        .value("data", data)
        .text("channel", channel)
        .frame();
}

FramePtr member_added(std::string_view channel, const Member& member) {
    return Message("pusher_internal:member_added")
        .text("data",
              R"({"user_id":)" + member.id_json + R"(,"user_info":)" + member.info_json + "}")
        .text("channel", channel)
        .frame();
}

FramePtr member_removed(std::string_view channel, const Member& member) {
    return Message("pusher_internal:member_removed")
        .text("data", R"({"user_id":)" + member.id_json + "}")
        .text("channel", channel)
        .frame();
}

FramePtr cache_miss(std::string_view channel) {
    return Message("pusher:cache_miss").text("channel", channel).frame();
}

FramePtr event(std::string_view name, std::string_view channel, std::string_view data_json) {
    return Message(name, channel.size() + data_json.size())
        .value("data", data_json)
        .text("channel", channel)
        .frame();
}

FramePtr client_event(std::string_view name, std::string_view channel, std::string_view data_json,
                      std::string_view user_id_json) {
    Message message(name, channel.size() + data_json.size() + user_id_json.size());
    message.text("channel", channel);
    if (!data_json.empty()) {
        message.value("data", data_json);
    }
    if (!user_id_json.empty()) {
        message.value("user_id", user_id_json);
    }
    return message.frame();
}

}  // namespace frames
}  // namespace reverb
