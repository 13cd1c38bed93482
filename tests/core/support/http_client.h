// HTTP requests over a connection of a test. Pure functions over a TcpClient.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "app/application.h"
#include "support/tcp_client.h"

namespace reverb::testing {

struct HttpReply {
    int status = 0;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
};

// One response, with its body as long as Content-Length says.
[[nodiscard]] HttpReply read_reply(TcpClient& tcp);
// A GET over a connection of its own.
[[nodiscard]] HttpReply http_get(std::uint16_t port, std::string_view target);
// The bytes of a signed POST to {prefix}/apps/{id}/events.
[[nodiscard]] std::string events_request(const Application& application, std::string_view body,
                                         std::string_view prefix = {});

}  // namespace reverb::testing
