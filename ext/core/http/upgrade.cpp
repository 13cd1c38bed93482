#include "http/upgrade.h"

#include <strings.h>

#include <algorithm>
#include <cctype>

#include "http/api.h"

namespace reverb {

namespace {

// 16 bytes in base64: 22 characters and two of padding (RFC 6455, 4.1).
bool valid_websocket_key(std::string_view key) {
    return key.size() == 24 && key.ends_with("==") &&
           std::all_of(key.begin(), key.end() - 2, [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '+' || c == '/';
           });
}

// Whether a comma-separated header names the token, in any case of letters.
bool lists_token(std::string_view list, std::string_view token) {
    while (!list.empty()) {
        std::string_view item = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), item.size() + 1));
        const auto first = item.find_first_not_of(" \t");
        item = first == std::string_view::npos ? std::string_view() : item.substr(first);
        item = item.substr(0, item.find_last_not_of(" \t") + 1);
        if (item.size() == token.size() &&
            ::strncasecmp(item.data(), token.data(), token.size()) == 0) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::optional<HttpResponse> upgrade_refusal(const UpgradeRequest& request,
                                            std::string_view prefix) {
    if (::strcasecmp(request.upgrade.c_str(), "websocket") != 0) {
        return HttpResponse::closing(400, "Bad request: the only upgrade is websocket.");
    }
    if (request.method != "GET" || request.version != "HTTP/1.1" || !request.one_host ||
        request.body) {
        return HttpResponse::closing(
            400, "Bad request: a WebSocket begins with GET, HTTP/1.1, one Host and no body.");
    }
    if (!lists_token(request.connection, "upgrade")) {
        return HttpResponse::closing(400, "Bad request: the Connection header must name upgrade.");
    }
    if (request.websocket_version != "13") {
        HttpResponse response = HttpResponse::closing(426, "The WebSocket version must be 13.");
        response.headers.emplace_back("Upgrade", "websocket");
        response.headers.emplace_back("Sec-WebSocket-Version", "13");
        return response;
    }
    if (!valid_websocket_key(request.websocket_key)) {
        return HttpResponse::closing(400,
                                     "Bad request: Sec-WebSocket-Key must be 16 bytes in base64.");
    }
    // libwebsockets would hang up on a subprotocol that it does not know.
    if (request.subprotocols) {
        return HttpResponse::closing(400, "Bad request: there are no subprotocols to choose from.");
    }
    if (app_key_of(prefix, request.target).empty()) {
        return HttpResponse::closing(404, "Not found.");
    }
    return std::nullopt;
}

}  // namespace reverb
