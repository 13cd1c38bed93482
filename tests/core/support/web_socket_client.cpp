#include "support/web_socket_client.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>

#include "support/application.h"

namespace reverb::testing {

namespace {

constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr unsigned char final_frame = 0x80;
constexpr unsigned char text_opcode = 0x1;
constexpr unsigned char close_opcode = 0x8;

// Sec-WebSocket-Accept (RFC 6455, 4.2.2).
std::string accept_of(std::string_view nonce) {
    const std::string text = std::string(nonce) + std::string(guid);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
    std::array<unsigned char, 64> base64{};
    const int length = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(size));
    return {base64.begin(), base64.begin() + length};
}

std::string big_endian(std::uint64_t value, unsigned bytes) {
    std::string text;
    for (unsigned shift = 8 * bytes; shift > 0; shift -= 8) {
        text.push_back(static_cast<char>((value >> (shift - 8)) & 0xFFU));
    }
    return text;
}

}  // namespace

std::string offer(const std::string& extensions) {
    return "Sec-WebSocket-Extensions: " + extensions + "\r\n";
}

std::string upgrade_request(const ConnectOptions& options) {
    std::string request = "GET " + options.prefix + "/app/" + options.key +
                          "?protocol=7&client=js&version=8.4.0&flash=false HTTP/1.1\r\n"
                          "Host: localhost\r\n"
                          "Connection: Upgrade\r\n"
                          "Upgrade: websocket\r\n"
                          "Sec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: " +
                          std::string(key) + "\r\n";
    if (!options.origin.empty()) {
        request += "Origin: " + options.origin + "\r\n";
    }
    return request + options.headers + "\r\n";
}

WebSocketClient::WebSocketClient(std::uint16_t port, const ConnectOptions& options)
    : tcp_(port, options.receive_buffer) {
    tcp_.send(upgrade_request(options));
    const std::string head = tcp_.read_until("\r\n\r\n");
    if (!head.starts_with("HTTP/1.1 101 ") || head.find(accept_of(key)) == std::string::npos) {
        throw std::runtime_error("the server refused the handshake: " + head);
    }
    // The names of headers have no case.
    std::string lines = head;
    std::ranges::transform(lines, lines.begin(), [](unsigned char c) { return std::tolower(c); });
    const std::string name = "\r\nsec-websocket-extensions: ";
    if (const std::size_t begin = lines.find(name); begin != std::string::npos) {
        const std::size_t value = begin + name.size();
        extensions_ = head.substr(value, head.find("\r\n", value) - value);
    }
}

WebSocketClient& WebSocketClient::greeted() {
    greeting_ = event();
    if (greeting_.name != "pusher:connection_established") {
        throw std::runtime_error("no greeting: " + greeting_.name + " " + greeting_.data);
    }
    socket_id_ = greeting_.detail("socket_id");
    return *this;
}

WebSocketClient& WebSocketClient::subscribe(std::string_view channel,
                                            const Application& application) {
    std::string message =
        R"({"event":"pusher:subscribe","data":{"channel":")" + std::string(channel) + '"';
    if (!application.key.empty()) {
        message += R"(,"auth":")" + channel_auth(application, socket_id_, channel) + '"';
    }
    send(message + "}}");
    const Event answer = event();
    if (answer.name != "pusher_internal:subscription_succeeded" || answer.channel != channel) {
        throw std::runtime_error("no subscription: " + answer.name + " " + answer.data);
    }
    return *this;
}

void WebSocketClient::send(std::string_view text) {
    send_frame(final_frame | text_opcode, text);
}

void WebSocketClient::send_frame(unsigned char first, std::string_view payload,
                                 std::uint64_t announced) {
    constexpr std::array<unsigned char, 4> mask{0x12, 0x34, 0x56, 0x78};
    constexpr unsigned char masked = 0x80;
    const std::uint64_t length = announced != 0 ? announced : payload.size();
    std::string frame(1, static_cast<char>(first));
    if (length <= 125) {
        frame.push_back(static_cast<char>(masked | length));
    } else if (length <= 0xFFFF) {
        frame.push_back(static_cast<char>(masked | 126U));
        frame += big_endian(length, 2);
    } else {
        frame.push_back(static_cast<char>(masked | 127U));
        frame += big_endian(length, 8);
    }
    frame.append(mask.begin(), mask.end());
    for (std::size_t i = 0; i < payload.size(); ++i) {
        frame.push_back(static_cast<char>(static_cast<unsigned char>(payload[i]) ^ mask[i % 4]));
    }
    tcp_.send(frame);
}

void WebSocketClient::send_close(unsigned code) {
    send_frame(final_frame | close_opcode, big_endian(code, 2));
}

ServerFrame WebSocketClient::receive() {
    if (!tcp_.readable(patience)) {
        if (!tcp_.closed(std::chrono::milliseconds(0))) {
            throw std::runtime_error("the server said nothing");
        }
        return {};
    }
    return read_frame([this](std::size_t size) { return tcp_.read(size); }, !extensions_.empty());
}

Event WebSocketClient::event() {
    const ServerFrame frame = receive();
    if (frame.kind != ServerFrame::Kind::text) {
        throw std::runtime_error("no event: the connection was closed with " +
                                 std::to_string(frame.code) + " " + frame.payload);
    }
    return read_event(frame.payload);
}

}  // namespace reverb::testing
