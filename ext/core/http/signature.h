// The signature of a call to the HTTP API: HMAC-SHA256 over method, path and sorted parameters.
// https://pusher.com/docs/channels/library_auth_reference/rest-api#authentication
// Pure functions, any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/application.h"
#include "http/query.h"
#include "http/request.h"

namespace reverb {

// `path` is the request's target without the server's own prefix; `now` and auth_timestamp are in
// seconds since 1970; a tolerance of 0 takes any auth_timestamp. auth_key must be the
// application's, body_md5 that of the body (required where there is a body), and auth_signature
// that of all parameters but itself. Compared in constant time.
[[nodiscard]] bool signature_valid(const Application& app, const HttpRequest& request,
                                   std::string_view path, const Query& query, std::int64_t now,
                                   std::chrono::seconds tolerance);

// The query string, auth_signature last, for a call with that body.
[[nodiscard]] std::string signed_query(std::string_view key, std::string_view secret,
                                       std::string_view method, std::string_view path,
                                       std::string_view body, std::int64_t now);

}  // namespace reverb
