#include "http/request.h"

namespace reverb {

HttpResponse HttpResponse::json(std::string body, int status) {
    return {.status = status, .body = std::move(body), .headers = {}};
}

HttpResponse HttpResponse::text(int status, std::string body) {
    return {.status = status,
            .body = std::move(body),
            .content_type = "text/plain; charset=utf-8",
            .headers = {}};
}

HttpResponse HttpResponse::closing(int status, std::string body) {
    HttpResponse response = text(status, std::move(body));
    response.headers.emplace_back("Connection", "close");
    return response;
}

const char* reason_phrase(int status) noexcept {
    switch (status) {
        case 200:
            return "OK";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 411:
            return "Length Required";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 422:
            return "Unprocessable Content";
        case 426:
            return "Upgrade Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 503:
            return "Service Unavailable";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Unknown";
    }
}

}  // namespace reverb
