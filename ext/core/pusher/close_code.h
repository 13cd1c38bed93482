// The codes of Pusher's protocol, as `pusher:error` names them and as close frames carry them, and
// the words that go with each.
// https://pusher.com/docs/channels/library_auth_reference/pusher-websockets-protocol How pusher-js
// reads a close: 4000 to 4099 give up, 4100 to 4199 wait and reconnect, 4200 to 4299 reconnect at
// once, others reconnect as usual.
#pragma once

#include <cstdint>
#include <string_view>

namespace reverb {

enum class CloseCode : std::uint16_t {
    normal = 1000,
    protocol_error = 1002,
    invalid_payload = 1007,
    message_too_big = 1009,
    unknown_application = 4001,
    over_connection_quota = 4004,
    unauthorized = 4009,
    backoff = 4100,
    reconnect = 4200,
    pong_not_received = 4201,
    client_event_rejected = 4301,  // an error message only: as a close it would mean "for good"
};

}  // namespace reverb
