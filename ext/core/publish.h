// An event on its way to channels, and what its publisher is told: the same two shapes for an
// HTTP request, a frame on the unix socket and an in-process call. Values; no thread owns them.
#pragma once

#include <string>
#include <vector>

namespace reverb {

struct PublishRequest {
    std::string app_id;
    std::vector<std::string> channels;
    std::string event;
    std::string data;    // UTF-8, delivered as the JSON string `data` of the event
    std::string except;  // socket id that does not get the event, or empty
    std::string info;    // comma-separated attributes asked for, or empty
};

// `status` is an HTTP status code. With 200 the body is the JSON object that the HTTP API answers
// (`{}` or `{"channels":{…}}`), otherwise what was wrong.
struct Answer {
    int status = 200;
    std::string body;
};

}  // namespace reverb
