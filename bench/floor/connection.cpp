#include "floor/connection.h"

#include <charconv>
#include <utility>

#include "common/websocket.h"
#include "floor/floor.h"

namespace reverb::bench {

namespace {

using std::string_view;

constexpr string_view upgraded =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
constexpr string_view http_ok =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

// What stands between `before` and the next quote. Values with escapes are not for the floor.
string_view between(string_view text, string_view before) {
    const std::size_t begin = text.find(before) + before.size();
    return text.substr(begin, text.find('"', begin) - begin);
}

// Of the load client's requests, whose header names are always written the same.
std::size_t content_length(string_view head) {
    constexpr string_view name = "Content-Length: ";
    std::size_t length = 0;
    if (const std::size_t found = head.find(name); found != string_view::npos) {
        std::from_chars(head.data() + found + name.size(), head.data() + head.size(), length);
    }
    return length;
}

std::string escaped(string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out.push_back('\\');
        }
        out.push_back(c);
    }
    return out;
}

}  // namespace

FloorConnection::FloorConnection(Floor& floor, Fd fd, Protocol protocol, const TlsContext* tls)
    : floor_(floor), stream_(floor.loop(), std::move(fd), *this, tls), protocol_(protocol) {
}

FloorConnection::~FloorConnection() {
    if (channel_ != nullptr) {
        channel_->remove(*this);
    }
}

void FloorConnection::on_ready(std::uint32_t events) {
    if ((events & EPOLLOUT) != 0) {
        stream_.flush();
    }
    if ((events & ~EPOLLOUT) == 0) {
        return;
    }
    const auto bytes = stream_.read();
    if (!bytes) {
        floor_.close(*this);
        return;
    }
    string_view rest = *bytes;
    for (;;) {
        const string_view left = take(rest);
        if (left.size() == rest.size()) {
            break;
        }
        rest = left;
    }
    stream_.keep(rest);
    if (!answers().empty()) {
        send(answers());
        answers().clear();
    }
}

std::string& FloorConnection::answers() noexcept {
    return floor_.answers();
}

string_view FloorConnection::take(string_view bytes) {
    switch (protocol_) {
        case Protocol::http:
            return take_http(bytes);
        case Protocol::websocket:
            return take_websocket(bytes);
        case Protocol::wire:
            return take_wire(bytes);
    }
    return bytes;
}

string_view FloorConnection::take_http(string_view bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == string_view::npos) {
        return bytes;
    }
    const string_view head = bytes.substr(0, end);
    const string_view after = bytes.substr(end + 4);
    if (head.starts_with("GET /app/")) {
        protocol_ = Protocol::websocket;
        answers() += upgraded;
        append_server_frame(
            answers(), Opcode::text,
            R"({"event":"pusher:connection_established","data":"{\"socket_id\":\")" +
                floor_.next_socket_id() + R"(\",\"activity_timeout\":30}"})");
        return after;
    }
    const std::size_t length = content_length(head);
    if (after.size() < length) {
        return bytes;
    }
    answers() += http_ok;
    if (const string_view body = after.substr(0, length); !body.empty()) {
        publish_all(body);
    }
    return after.substr(length);
}

// Of one event, or of a batch.
void FloorConnection::publish_all(string_view body) {
    // {"name":… becomes {"event":…, the rest is the same message.
    constexpr string_view name = R"({"name")";
    constexpr string_view before_channel = R"("channel":")";
    for (std::size_t begin = body.find(name); begin != string_view::npos;
         begin = body.find(name, begin)) {
        const std::size_t channel = body.find(before_channel, begin) + before_channel.size();
        const std::size_t end = body.find('"', channel);
        std::string event = R"({"event")";
        event += body.substr(begin + name.size(), end + 2 - begin - name.size());
        floor_.publish(floor_.channel(body.substr(channel, end - channel)), event, nullptr);
        begin = end;
    }
}

string_view FloorConnection::take_websocket(string_view bytes) {
    const WebSocketFrame frame = split_websocket(bytes);
    if (frame.size == 0) {
        return bytes;
    }
    if (frame.opcode == Opcode::text) {
        std::string text;
        text.reserve(frame.payload.size());
        append_payload(text, frame);
        message(text);
    }
    return bytes.substr(frame.size);
}

void FloorConnection::message(string_view text) {
    if (text.starts_with(R"({"event":"client-)")) {
        floor_.publish(*channel_, text, this);
    } else if (text.starts_with(R"({"event":"pusher:ping")")) {
        append_server_frame(answers(), Opcode::text, R"({"event":"pusher:pong"})");
    } else if (text.starts_with(R"({"event":"pusher:subscribe")")) {
        // It hears the first one alone: what is published goes to those with one.
        const string_view name = between(text, R"("channel":")");
        const bool first = channel_ == nullptr;
        if (first) {
            channel_ = &floor_.channel(name);
        }
        if (name.starts_with("presence-")) {
            join(text);
            return;
        }
        if (first) {
            channel_->add(*this);
        }
        append_server_frame(answers(), Opcode::text,
                            R"({"event":"pusher_internal:subscription_succeeded","data":"{}",)"
                            R"("channel":")" +
                                std::string(name) + R"("})");
    }
}

// "channel_data":"{\"user_id\":\"7\",\"user_info\":{…}}", whatever stands behind it.
void FloorConnection::join(string_view text) {
    constexpr string_view before_id = R"(\"user_id\":\")";
    constexpr string_view before_info = R"(\"user_info\":)";
    const std::size_t id = text.find(before_id) + before_id.size();
    const std::size_t info = text.find(before_info) + before_info.size();
    floor_.join(*channel_, *this, text.substr(id, text.find('\\', id) - id),
                text.substr(info, text.find(R"(}")", info) - info));
}

string_view FloorConnection::take_wire(string_view bytes) {
    wire::Frame frame;
    if (wire::split(bytes, frame) != wire::Split::whole) {
        return bytes;
    }
    wire::append_answer(answers(), frame.header.correlation, {200, "{}"});
    if (const auto request = wire::read_publish(frame.payload)) {
        std::string event = R"({"event":")" + request->event + R"(","data":")" +
                            escaped(request->data) + R"(","channel":")";
        event += request->channels.front() + R"("})";
        floor_.publish(floor_.channel(request->channels.front()), event, nullptr);
    }
    return bytes.substr(frame.size);
}

}  // namespace reverb::bench
