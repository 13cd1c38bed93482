// The boundaries of an HTTP/1 response. Bytes in, a value out; any thread.
#pragma once

#include <optional>
#include <string_view>

namespace reverb::bench {

struct HttpAnswer {
    int status = 0;
    bool keep_alive = true;
    std::string_view body;
};

// The whole response that `bytes` are, or nothing as long as more must come. `ended`: the server
// has closed, so no more will.
[[nodiscard]] std::optional<HttpAnswer> read_http_answer(std::string_view bytes, bool ended);

}  // namespace reverb::bench
