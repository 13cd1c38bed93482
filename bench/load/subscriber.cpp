#include "load/subscriber.h"

#include <charconv>
#include <stdexcept>

#include "base/hmac.h"
#include "common/websocket.h"
#include "load/message.h"

namespace reverb::bench {

namespace {

// How messages of the protocol itself begin, `pusher:` and `pusher_internal:`; all others are
// events. Servers write the event's name first.
constexpr std::string_view protocol_prefix = R"({"event":"pusher)";

bool is_event(std::string_view message, std::string_view name) {
    constexpr std::string_view before_name = R"({"event":")";
    return message.starts_with(before_name) &&
           message.substr(before_name.size()).starts_with(name) &&
           message.substr(before_name.size() + name.size()).starts_with('"');
}

std::string upgrade_request(const Target& target) {
    return "GET /app/" + target.key +
           "?protocol=7&client=bench&version=1.0 HTTP/1.1\r\n"
           "Host: " +
           target.tcp.host + ":" + std::to_string(target.tcp.port) +
           "\r\n"
           "Upgrade: websocket\r\n"
           "Connection: Upgrade\r\n"
           "Sec-WebSocket-Key: cmV2ZXJiIGJlbmNobWFyaw==\r\n"
           "Sec-WebSocket-Version: 13\r\n" +
           (target.offer_compression ? "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
                                     : "\r\n");
}

}  // namespace

Subscriber::Subscriber(EventLoop& loop, const Target& target, std::size_t number, Tally& tally)
    : target_(target),
      tally_(tally),
      stream_(loop, connect_tcp(target.tcp, number), *this, target.tls.get()),
      opened_(Clock::now()),
      number_(static_cast<std::uint32_t>(number)) {
    // Not connected yet: it is kept, and flushed once the socket is writable.
    stream_.send(upgrade_request(target));
}

void Subscriber::fail(const std::string& what) const {
    throw std::runtime_error("subscriber " + std::to_string(number_) + ": " + what);
}

void Subscriber::on_ready(std::uint32_t events) {
    if ((events & EPOLLOUT) != 0) {
        stream_.flush();
    }
    if ((events & ~EPOLLOUT) == 0) {
        return;
    }
    const auto bytes = stream_.read();
    if (!bytes) {
        fail(state_ == State::upgrading ? "the server closed it before the upgrade"
                                        : "the server closed it");
    }
    std::string_view rest = *bytes;
    if (state_ == State::upgrading) {
        rest = upgrade(rest);
    }
    if (state_ != State::upgrading) {
        rest = frames(rest);
    }
    stream_.keep(rest);
}

std::string_view Subscriber::upgrade(std::string_view bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        return bytes;
    }
    const std::string_view line = bytes.substr(0, bytes.find("\r\n"));
    if (!line.starts_with("HTTP/1.1 101")) {
        fail("the upgrade was answered with '" + std::string(line) + "'");
    }
    state_ = State::establishing;
    return bytes.substr(end + 4);
}

std::string_view Subscriber::frames(std::string_view bytes) {
    std::uint64_t delivered = 0;
    for (;;) {
        const WebSocketFrame frame = split_websocket(bytes);
        if (frame.size == 0) {
            break;
        }
        bytes.remove_prefix(frame.size);
        // What is compressed is an event, and not inflated: messages of the protocol are short.
        if (frame.opcode == Opcode::text &&
            (frame.compressed || !frame.payload.starts_with(protocol_prefix))) {
            ++delivered;
            tally_.bytes += frame.size;
        } else if (frame.opcode == Opcode::text) {
            control(frame.payload);
        } else if (frame.opcode == Opcode::ping) {
            std::string pong;
            append_client_frame(pong, Opcode::pong, frame.payload);
            send(pong);
        } else {
            fail("an unexpected frame of opcode " + std::to_string(static_cast<int>(frame.opcode)) +
                 ", '" + std::string(frame.payload) + "'");
        }
    }
    if (delivered > 0) {
        received_ += delivered;
        tally_.deliveries += delivered;
        tally_.last_delivery = Clock::now();
        tally_.latency.add(tally_.last_delivery - tally_.published, delivered);
    }
    return bytes;
}

void Subscriber::control(std::string_view message) {
    if (is_event(message, "pusher_internal:member_added")) {
        know(1);
        return;
    }
    if (is_event(message, "pusher:pong")) {
        return;
    }
    if (is_event(message, "pusher:ping")) {
        std::string pong;
        append_client_frame(pong, Opcode::text, R"({"event":"pusher:pong","data":{}})");
        send(pong);
    } else if (state_ == State::establishing &&
               is_event(message, "pusher:connection_established")) {
        subscribe(message);
    } else if (state_ == State::subscribing &&
               is_event(message, "pusher_internal:subscription_succeeded")) {
        subscribed(message);
    } else {
        fail("unexpected message " + std::string(message));
    }
}

void Subscriber::subscribed(std::string_view message) {
    if (target_.presence_channel()) {
        constexpr std::string_view before_count = R"(\"count\":)";
        const std::size_t begin = message.find(before_count);
        std::uint64_t count = 0;
        if (begin != std::string_view::npos) {
            std::from_chars(message.data() + begin + before_count.size(),
                            message.data() + message.size(), count);
        }
        if (count == 0) {
            fail("no count of members in " + std::string(message));
        }
        know(count);
    }
    if (++subscriptions_ == target_.channels) {
        state_ = State::ready;
        ++tally_.ready;
        tally_.opening.add(Clock::now() - opened_);
    }
}

void Subscriber::know(std::uint64_t members) noexcept {
    members_ += members;
    tally_.members += members;
}

std::string Subscriber::subscription(const std::string& channel,
                                     const std::string& socket_id) const {
    std::string message = R"({"event":"pusher:subscribe","data":{"channel":")" + channel;
    std::string signed_text = socket_id + ":" + channel;
    if (target_.presence_channel()) {
        const std::string member = member_data(number_);
        signed_text += ":" + member;
        message += R"(","channel_data":)" + json_string(member) + R"(,"auth":")";
    } else if (target_.private_channel()) {
        message += R"(","auth":")";
    }
    if (target_.presence_channel() || target_.private_channel()) {
        message += target_.key + ":" + hmac_sha256_hex(target_.secret, signed_text);
    }
    return message + R"("}})";
}

void Subscriber::subscribe(std::string_view established) {
    // In the message `data` is a JSON string: \"socket_id\":\"1.2\"
    const std::size_t name = established.find("socket_id");
    const std::size_t begin = established.find_first_of("0123456789", name);
    const std::size_t end = established.find_first_not_of("0123456789.", begin);
    if (name == std::string_view::npos || end == std::string_view::npos) {
        fail("no socket_id in " + std::string(established));
    }
    const std::string socket_id(established.substr(begin, end - begin));
    std::string frames;
    for (std::size_t index = 0; index < target_.channels; ++index) {
        append_client_frame(frames, Opcode::text,
                            subscription(target_.channel_of(number_, index), socket_id));
    }
    state_ = State::subscribing;
    send(frames);
}

}  // namespace reverb::bench
