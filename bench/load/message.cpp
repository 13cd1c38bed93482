#include "load/message.h"

#include <cstdint>
#include <ctime>
#include <stdexcept>

#include "base/hmac.h"
#include "common/websocket.h"
#include "wire/wire.h"

namespace reverb::bench {

namespace {

constexpr std::string_view event_name = "bench";

std::string http_event(const std::string& data, const std::string& channel) {
    std::string event = R"({"name":")";
    event += event_name;
    return event + R"(","data":)" + json_string(data) + R"(,"channel":")" + channel + R"("})";
}

std::string http_post(const Target& target, const std::string& endpoint, const std::string& body,
                      bool keep_alive) {
    const std::string path = "/apps/" + target.app_id + endpoint;
    const std::string query = "auth_key=" + target.key +
                              "&auth_timestamp=" + std::to_string(std::time(nullptr)) +
                              "&auth_version=1.0&body_md5=" + md5_hex(body);
    const std::string signature = hmac_sha256_hex(target.secret, "POST\n" + path + "\n" + query);
    return "POST " + path + "?" + query + "&auth_signature=" + signature +
           " HTTP/1.1\r\n"
           "Host: " +
           target.tcp.host + ":" + std::to_string(target.tcp.port) +
           "\r\n"
           "Content-Type: application/json\r\n"
           "Connection: " +
           (keep_alive ? "keep-alive" : "close") +
           "\r\n"
           "Content-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

std::string event_data(std::size_t size) {
    std::string data = R"({"id":1,"text":")";
    constexpr std::string_view end = R"("})";
    if (size < data.size() + end.size()) {
        throw std::invalid_argument("--payload=" + std::to_string(size) + ": at least " +
                                    std::to_string(data.size() + end.size()) + " bytes are needed");
    }
    while (data.size() + end.size() < size) {
        data.push_back(static_cast<char>('a' + data.size() % 26));
    }
    data += end;
    return data;
}

std::string order_data(std::size_t size) {
    std::string data =
        R"({"order":{"id":480213,"status":"shipped","currency":"EUR","customer":{"id":77,"name":)"
        R"("Ada Lovelace","email":"ada@example.com"},"created_at":"2026-03-14T09:26:53.000000Z",)"
        R"("items":[)";
    const std::string note = R"(],"note":")";
    const std::string end = R"("}})";
    std::uint32_t state = 1;
    const auto number = [&state](std::uint32_t below) {
        state = state * 1'664'525U + 1'013'904'223U;
        return std::to_string((state >> 8U) % below);
    };
    for (;;) {
        std::string item = data.ends_with('[') ? "" : ",";
        item += R"({"id":)" + number(1'000'000) + R"(,"sku":"SKU-)" + number(100'000);
        item += R"(","name":"Product )" + number(1'000) + R"(","quantity":)" + number(10);
        item += R"(,"price":")" + number(500) + "." + number(100) + R"("})";
        if (data.size() + item.size() + note.size() + end.size() > size) {
            break;
        }
        data += item;
    }
    data += note;
    while (data.size() + end.size() < size) {
        data.push_back(static_cast<char>('a' + data.size() % 26));
    }
    return data + end;
}

std::string member_data(std::size_t number) {
    const std::string id = std::to_string(number);
    return R"({"user_id":")" + id + R"(","user_info":{"name":"Member )" + id + R"("}})";
}

std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out.push_back('\\');
        }
        out.push_back(c);
    }
    out.push_back('"');
    return out;
}

std::string http_request(const Target& target, const std::string& data, bool keep_alive) {
    return http_post(target, "/events", http_event(data, target.channel), keep_alive);
}

std::string http_batch(const Target& target, const std::string& data,
                       const std::vector<std::string>& channels) {
    std::string body = R"({"batch":[)";
    for (const std::string& channel : channels) {
        body += body.back() == '[' ? "" : ",";
        body += http_event(data, channel);
    }
    return http_post(target, "/batch_events", body + "]}", true);
}

std::string wire_frame(const Target& target, const std::string& data) {
    PublishRequest request;
    request.app_id = target.app_id;
    request.channels = {target.channel};
    request.event = event_name;
    request.data = data;
    std::string frame;
    wire::append_publish(frame, 0, request);
    return frame;
}

std::string whisper_frame(const Target& target, const std::string& data) {
    std::string message = R"({"event":"client-)";
    message += event_name;
    message += R"(","channel":")" + target.channel + R"(","data":)" + data + "}";
    std::string frame;
    append_client_frame(frame, Opcode::text, message);
    return frame;
}

}  // namespace reverb::bench
