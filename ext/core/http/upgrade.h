// Whether a request to become a WebSocket is a good one (RFC 6455, 4.2.1), and one that this server
// takes. A pure function over what the request says.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/request.h"

namespace reverb {

struct UpgradeRequest {
    std::string method;
    std::string version;  // of HTTP, as in the request line
    std::string target;   // the path, with the server's prefix
    // Headers, empty where they are absent.
    std::string upgrade;
    std::string connection;
    std::string websocket_version;
    std::string websocket_key;
    bool one_host = true;       // there is a Host, and no second one
    bool body = false;          // one may follow
    bool subprotocols = false;  // some are offered
};

// The answer that ends the connection; nothing where it may become a WebSocket.
[[nodiscard]] std::optional<HttpResponse> upgrade_refusal(const UpgradeRequest& request,
                                                          std::string_view prefix);

}  // namespace reverb
