#include "publisher/http_reply.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

namespace reverb {
namespace {

constexpr std::size_t longest_head = 16U << 10U;
constexpr std::size_t longest_body = 16U << 20U;
constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";

bool same_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) ==
               std::tolower(static_cast<unsigned char>(y));
    });
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Takes what stands before `separator` from the front of `text`, and the separator.
std::string_view take_until(std::string_view& text, std::string_view separator) {
    const std::string_view taken = text.substr(0, text.find(separator));
    text.remove_prefix(std::min(taken.size() + separator.size(), text.size()));
    return taken;
}

bool lists(std::string_view list, std::string_view token) {
    while (!list.empty()) {
        if (same_ignoring_case(trimmed(take_until(list, ",")), token)) {
            return true;
        }
    }
    return false;
}

std::optional<std::size_t> number(std::string_view digits, int base) {
    std::size_t value = 0;
    const char* const last = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), last, value, base);
    if (parsed.ec != std::errc{} || parsed.ptr != last) {
        return std::nullopt;
    }
    return value;
}

// The status of "HTTP/1.1 200 OK", or nothing.
std::optional<int> status_of(std::string_view line) {
    constexpr std::size_t status_at = std::string_view("HTTP/1.x ").size();
    constexpr std::size_t status_size = 3;
    if (!line.starts_with("HTTP/1.") || line.size() < status_at + status_size ||
        line[status_at - 1] != ' ' ||
        (line.size() > status_at + status_size && line[status_at + status_size] != ' ')) {
        return std::nullopt;
    }
    const auto status = number(line.substr(status_at, status_size), 10);
    if (!status || *status < 100) {
        return std::nullopt;
    }
    return static_cast<int>(*status);
}

}  // namespace

HttpReply::State HttpReply::feed(std::string_view bytes) {
    rest_.append(bytes);
    while (advance()) {
    }
    return state();
}

HttpReply::State HttpReply::end() {
    if (part_ == Part::body_to_end) {
        part_ = Part::nothing;
    }
    return state();
}

Answer HttpReply::take() {
    return std::move(answer_);
}

HttpReply::State HttpReply::state() const noexcept {
    switch (part_) {
        case Part::nothing:
            return State::complete;
        case Part::error:
            return State::bad;
        default:
            return State::incomplete;
    }
}

bool HttpReply::advance() {
    std::string line;
    switch (part_) {
        case Part::head:
            return read_head();
        case Part::body:
            if (move_wanted()) {
                part_ = Part::nothing;
            }
            return false;
        case Part::body_to_end:
            wanted_ = std::numeric_limits<std::size_t>::max();
            move_wanted();
            if (answer_.body.size() > longest_body) {
                part_ = Part::error;
            }
            return false;
        case Part::chunk_size:
            return read_chunk_size();
        case Part::chunk:
            if (!move_wanted()) {
                return false;
            }
            part_ = Part::chunk_end;
            return true;
        case Part::chunk_end:
            if (!take_line(line)) {
                return false;
            }
            part_ = line.empty() ? Part::chunk_size : Part::error;
            return true;
        case Part::trailer:
            return read_trailer();
        case Part::nothing:
        case Part::error:
            return false;
    }
    return false;
}

bool HttpReply::read_head() {
    const std::size_t size = rest_.find(head_end);
    if (std::min(size, rest_.size()) > longest_head) {
        part_ = Part::error;
        return false;
    }
    if (size == std::string::npos) {
        return false;
    }
    part_ = parse_head(std::string_view(rest_).substr(0, size));
    rest_.erase(0, size + head_end.size());
    return true;
}

HttpReply::Part HttpReply::parse_head(std::string_view head) {
    const std::string_view first = take_until(head, line_end);
    const auto status = status_of(first);
    if (!status) {
        return Part::error;
    }
    answer_.status = *status;
    reusable_ = first.starts_with("HTTP/1.1");

    std::optional<std::size_t> length;
    bool chunked = false;
    while (!head.empty()) {
        std::string_view value = take_until(head, line_end);
        const std::string_view name = take_until(value, ":");
        value = trimmed(value);
        if (same_ignoring_case(name, "Content-Length")) {
            const auto sent = number(value, 10);
            if (!sent || *sent > longest_body || (length && *length != *sent)) {
                return Part::error;
            }
            length = sent;
        } else if (same_ignoring_case(name, "Transfer-Encoding")) {
            chunked = lists(value, "chunked");
        } else if (same_ignoring_case(name, "Connection")) {
            reusable_ = (reusable_ || lists(value, "keep-alive")) && !lists(value, "close");
        }
    }

    constexpr int ok = 200;
    constexpr int no_content = 204;
    constexpr int not_modified = 304;
    if (*status < ok) {
        return Part::head;  // an interim response: the real one follows
    }
    if (*status == no_content || *status == not_modified) {
        return Part::nothing;
    }
    if (chunked) {
        return Part::chunk_size;
    }
    if (length) {
        wanted_ = *length;
        return Part::body;
    }
    reusable_ = false;
    return Part::body_to_end;
}

bool HttpReply::read_chunk_size() {
    std::string line;
    if (!take_line(line)) {
        return false;
    }
    // What follows a semicolon are extensions.
    const auto size = number(trimmed(std::string_view(line).substr(0, line.find(';'))), 16);
    if (!size || *size > longest_body - answer_.body.size()) {
        part_ = Part::error;
        return false;
    }
    wanted_ = *size;
    part_ = *size == 0 ? Part::trailer : Part::chunk;
    return true;
}

bool HttpReply::read_trailer() {
    std::string line;
    if (!take_line(line)) {
        return false;
    }
    if (line.empty()) {
        part_ = Part::nothing;
    }
    return true;
}

bool HttpReply::move_wanted() {
    const std::size_t size = std::min(wanted_, rest_.size());
    answer_.body.append(rest_, 0, size);
    rest_.erase(0, size);
    wanted_ -= size;
    return wanted_ == 0;
}

bool HttpReply::take_line(std::string& line) {
    const std::size_t size = rest_.find(line_end);
    if (std::min(size, rest_.size()) > longest_head) {
        part_ = Part::error;
        return false;
    }
    if (size == std::string::npos) {
        return false;
    }
    line = rest_.substr(0, size);
    rest_.erase(0, size + line_end.size());
    return true;
}

}  // namespace reverb
