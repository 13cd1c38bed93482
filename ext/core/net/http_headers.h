// A request's line and headers, as libwebsockets keeps them until the request is answered. Used in
// its callbacks, on the socket's I/O thread.
#pragma once

#include <libwebsockets.h>

#include <cstdint>
#include <optional>
#include <string>

namespace reverb {

// "GET", …; "" for one that libwebsockets does not know.
[[nodiscard]] std::string http_method(lws* socket);
// The query string. libwebsockets hands it out decoded: it is encoded again, so that it reads as it
// stood in the request line.
[[nodiscard]] std::string http_query(lws* socket);
// Empty when absent.
[[nodiscard]] std::string http_header(lws* socket, lws_token_indexes header);
// How often the header came.
[[nodiscard]] int http_header_count(lws* socket, lws_token_indexes header);
// 0 when absent, nothing when it is no number or came twice.
[[nodiscard]] std::optional<std::uint64_t> http_content_length(lws* socket);
// Now, as a Date header has it.
[[nodiscard]] std::string http_date();

}  // namespace reverb
