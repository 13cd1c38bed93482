#include "support/http_client.h"

#include <algorithm>
#include <cctype>

#include "base/clock.h"
#include "http/signature.h"

namespace reverb::testing {

HttpReply read_reply(TcpClient& tcp) {
    HttpReply reply;
    const std::string status = tcp.read_until("\r\n");
    reply.status = std::stoi(status.substr(status.find(' ') + 1));
    for (;;) {
        std::string line = tcp.read_until("\r\n");
        line.resize(line.size() - 2);
        if (line.empty()) {
            break;
        }
        const std::size_t colon = line.find(": ");
        std::string name = line.substr(0, colon);
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        reply.headers[name] = line.substr(colon + 2);
    }
    reply.body = tcp.read(std::stoul(reply.headers.at("content-length")));
    return reply;
}

HttpReply http_get(std::uint16_t port, std::string_view target) {
    TcpClient tcp(port);
    tcp.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return read_reply(tcp);
}

std::string events_request(const Application& application, std::string_view body,
                           std::string_view prefix) {
    const std::string path = "/apps/" + application.id + "/events";
    return "POST " + std::string(prefix) + path + "?" +
           signed_query(application.key, application.secret, "POST", path, body, unix_seconds()) +
           " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace reverb::testing
