// A request's line and headers, as libwebsockets keeps them until the request is answered. Used in
// its callbacks, on the socket's I/O thread.
#pragma once

#include <libwebsockets.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reverb {

inline constexpr unsigned max_header_bytes = 8U << 10U;  // browsers send cookies

// "GET", …; "" for one that libwebsockets does not know.
[[nodiscard]] std::string http_method(lws* socket);
// The path, decoded and with a space for a `+`; `target` is what LWS_CALLBACK_HTTP told of it.
[[nodiscard]] std::string http_target(lws* socket, std::string_view target);
// The query string. libwebsockets hands it out decoded: it is encoded again, so that it reads as it
// stood in the request line.
[[nodiscard]] std::string http_query(lws* socket);
// Empty when absent.
[[nodiscard]] std::string http_header(lws* socket, lws_token_indexes header);
// Whether it came, be it with an empty first value.
[[nodiscard]] bool http_has_header(lws* socket, lws_token_indexes header);
// Whether it came on more than one line.
[[nodiscard]] bool http_header_repeated(lws* socket, lws_token_indexes header);
// Bytes of all headers' values.
[[nodiscard]] std::size_t http_header_bytes(lws* socket);
// 0 when absent, nothing when it is no number or came twice.
[[nodiscard]] std::optional<std::uint64_t> http_content_length(lws* socket);
// Now, as a Date header has it.
[[nodiscard]] std::string http_date();

}  // namespace reverb
