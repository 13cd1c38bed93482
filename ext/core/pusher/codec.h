// Pusher's messages: bytes of clients into values, values into frames. No state but the JSON
// reader's memory; one codec a thread. Shapes: protocol 7 and laravel/reverb's key order; `data` of
// what the server says is a JSON string, a client event's is passed on as it came.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/frame.h"
#include "base/json.h"
#include "base/socket_id.h"
#include "channel/member.h"
#include "pusher/close_code.h"

namespace reverb {

struct ClientMessage {
    std::string event;
    std::optional<std::string> channel;  // the member beside `data`, when it is a string
    std::optional<JsonField> data;       // none when absent or null
};

struct SubscribeData {
    std::string channel;
    std::string auth;          // empty when absent
    std::string channel_data;  // the JSON text that was signed; empty when absent
};

class Codec {
  public:
    // Nothing unless it is a JSON object with a string `event`.
    [[nodiscard]] std::optional<ClientMessage> message(std::string_view bytes);

    // `data` of pusher:subscribe and pusher:unsubscribe: an object, or a JSON string holding one.
    // Nothing unless `channel` is a non-empty string, `auth` a string or absent (or null), and
    // `channel_data` a string holding a JSON object, or absent (or null).
    [[nodiscard]] std::optional<SubscribeData> subscription(const ClientMessage& message);

    // Who `channel_data` says the client is: {"user_id": string or whole number, "user_info": any}.
    // Null unless it says so.
    [[nodiscard]] MemberPtr member(std::string_view channel_data);

    // Whether a client event's `data` is of a shape that may pass: an object, an array, absent, or
    // a string that holds one of these.
    [[nodiscard]] bool passable(const ClientMessage& message);

  private:
    JsonReader reader_;
};

namespace frames {

[[nodiscard]] FramePtr connection_established(SocketId id, unsigned activity_timeout);
// pusher:ping and a ping of the WebSocket layer: there are clients that answer only one of them.
// One for all, made once.
[[nodiscard]] FramePtr ping();
[[nodiscard]] FramePtr pong();
[[nodiscard]] FramePtr error(CloseCode code, std::string_view message);
// `presence` is the list of the members, see Presence::list(), or empty for other channels (data
// "{}").
[[nodiscard]] FramePtr subscription_succeeded(std::string_view channel, std::string_view presence);
// {"event":"pusher:subscription_error","data":{"type":…,"error":…,"status":…},"channel":…}
[[nodiscard]] FramePtr subscription_error(std::string_view channel, std::string_view type,
                                          std::string_view error, int status);
[[nodiscard]] FramePtr member_added(std::string_view channel, const Member& member);
[[nodiscard]] FramePtr member_removed(std::string_view channel, const Member& member);
[[nodiscard]] FramePtr cache_miss(std::string_view channel);
// An event for a channel; `data_json` is a whole JSON value, put in as it is.
[[nodiscard]] FramePtr event(std::string_view name, std::string_view channel,
                             std::string_view data_json);
// The same from a client: {"event","channel","data"[,"user_id"]}; `data_json` may be empty.
[[nodiscard]] FramePtr client_event(std::string_view name, std::string_view channel,
                                    std::string_view data_json, std::string_view user_id_json);

}  // namespace frames
}  // namespace reverb
