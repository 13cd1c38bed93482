#include "load/http_answer.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace reverb::bench {

namespace {

bool same_letters(char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
}

// Its value, or nothing. `lower` is "\r\nname:".
std::optional<std::string_view> header(std::string_view head, std::string_view lower) {
    const auto found =
        std::search(head.begin(), head.end(), lower.begin(), lower.end(), same_letters);
    if (found == head.end()) {
        return std::nullopt;
    }
    std::string_view value =
        head.substr(static_cast<std::size_t>(found - head.begin()) + lower.size());
    value = value.substr(0, value.find("\r\n"));
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return value;
}

}  // namespace

std::optional<HttpAnswer> read_http_answer(std::string_view bytes, bool ended) {
    const std::size_t head_size = bytes.find("\r\n\r\n");
    if (head_size == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view head = bytes.substr(0, head_size);
    HttpAnswer answer;
    constexpr std::size_t status_offset = sizeof("HTTP/1.1 ") - 1;
    if (head.size() > status_offset) {
        std::from_chars(head.data() + status_offset, head.data() + head.size(), answer.status);
    }
    const auto connection = header(head, "\r\nconnection:");
    answer.keep_alive =
        head.starts_with("HTTP/1.1") && !(connection && connection->starts_with("close"));
    answer.body = bytes.substr(head_size + 4);

    const auto length = header(head, "\r\ncontent-length:");
    if (!length) {
        answer.keep_alive = false;
        return ended ? std::optional(answer) : std::nullopt;
    }
    std::size_t size = 0;
    std::from_chars(length->data(), length->data() + length->size(), size);
    if (answer.body.size() < size) {
        return std::nullopt;
    }
    answer.body = answer.body.substr(0, size);
    return answer;
}

}  // namespace reverb::bench
