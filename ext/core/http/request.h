// One HTTP request, read whole, and its response. Values: the net layer makes the one and writes
// the other, everything between is pure. Used on one I/O thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace reverb {

struct HttpRequest {
    std::string method;  // upper case
    std::string target;  // the path, decoded and with a space for a plus, without query
    std::string query;   // undecoded, without the question mark
    std::string body;
};

struct HttpResponse {
    int status = 200;
    std::string body;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;  // further ones

    [[nodiscard]] static HttpResponse json(std::string body, int status = 200);
    [[nodiscard]] static HttpResponse text(int status, std::string body);
    // The same, and the connection ends with it.
    [[nodiscard]] static HttpResponse closing(int status, std::string body);
};

// "Not Found" for 404, and so on for each status the server answers.
[[nodiscard]] const char* reason_phrase(int status) noexcept;

}  // namespace reverb
