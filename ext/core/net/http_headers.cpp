#include "net/http_headers.h"

#include <array>
#include <charconv>
#include <ctime>

#include "base/clock.h"

namespace reverb {

namespace {

// Whether each byte of a query's text would be read as something else there.
constexpr auto encoded_in_query = [] {
    std::array<bool, 256> encoded{};
    for (std::size_t byte = 0; byte < encoded.size(); ++byte) {
        encoded[byte] =
            byte <= ' ' || byte >= 0x7F ||
            std::string_view("%&+=#").find(static_cast<char>(byte)) != std::string_view::npos;
    }
    return encoded;
}();

// Encoded as in application/x-www-form, the first `=` apart, which ends the name.
void append_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    const std::size_t equals = text.find('=');
    std::size_t plain = 0;  // where what need not be encoded begins
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (encoded_in_query[byte] && i != equals) {
            out.append(text, plain, i - plain).append({'%', hex[byte >> 4U], hex[byte & 15U]});
            plain = i + 1;
        }
    }
    out.append(text, plain);
}

// The part of that number; nothing after the last one.
std::optional<std::string> fragment(lws* socket, lws_token_indexes token, int index) {
    const int length = lws_hdr_fragment_length(socket, token, index);
    std::string text(static_cast<std::size_t>(length) + 1, '\0');
    const int copied =
        lws_hdr_copy_fragment(socket, text.data(), static_cast<int>(text.size()), token, index);
    if (copied < 0) {
        return std::nullopt;
    }
    text.resize(static_cast<std::size_t>(copied));
    return text;
}

}  // namespace

std::string http_method(lws* socket) {
    char* target = nullptr;
    int length = 0;
    switch (lws_http_get_uri_and_method(socket, &target, &length)) {
        case LWSHUMETH_GET:
            return "GET";
        case LWSHUMETH_POST:
            return "POST";
        case LWSHUMETH_OPTIONS:
            return "OPTIONS";
        case LWSHUMETH_PUT:
            return "PUT";
        case LWSHUMETH_PATCH:
            return "PATCH";
        case LWSHUMETH_DELETE:
            return "DELETE";
        case LWSHUMETH_HEAD:
            return "HEAD";
        default:
            return {};
    }
}

std::string http_target(lws* socket, std::string_view target) {
    // libwebsockets parts it at each `;`, which names of channels may have, and tells the whole
    // length but not where the parts are.
    for (const auto token : {WSI_TOKEN_GET_URI, WSI_TOKEN_POST_URI}) {
        std::string path;
        for (int index = 0; const auto part = fragment(socket, token, index); ++index) {
            path.append(index > 0 ? ";" : "").append(*part);
        }
        if (!path.empty()) {
            return path;
        }
    }
    return std::string(target);
}

std::string http_query(lws* socket) {
    std::string query;
    for (int index = 0; const auto part = fragment(socket, WSI_TOKEN_HTTP_URI_ARGS, index);
         ++index) {
        if (index > 0) {
            query += '&';
        }
        append_encoded(query, *part);
    }
    return query;
}

std::string http_header(lws* socket, lws_token_indexes header) {
    const int length = lws_hdr_total_length(socket, header);
    if (length <= 0) {
        return {};
    }
    std::string value(static_cast<std::size_t>(length) + 1, '\0');
    const int copied = lws_hdr_copy(socket, value.data(), static_cast<int>(value.size()), header);
    value.resize(copied > 0 ? static_cast<std::size_t>(copied) : 0);
    return value;
}

bool http_has_header(lws* socket, lws_token_indexes header) {
    return lws_hdr_total_length(socket, header) > 0;
}

bool http_header_repeated(lws* socket, lws_token_indexes header) {
    return lws_hdr_total_length(socket, header) > lws_hdr_fragment_length(socket, header, 0);
}

std::size_t http_header_bytes(lws* socket) {
    int bytes = 0;
    for (int header = 0; header < WSI_TOKEN_COUNT; ++header) {
        bytes += lws_hdr_total_length(socket, static_cast<lws_token_indexes>(header));
    }
    return static_cast<std::size_t>(bytes);
}

std::optional<std::uint64_t> http_content_length(lws* socket) {
    if (!http_has_header(socket, WSI_TOKEN_HTTP_CONTENT_LENGTH)) {
        return 0;
    }
    if (http_header_repeated(socket, WSI_TOKEN_HTTP_CONTENT_LENGTH)) {
        return std::nullopt;
    }
    const std::string text = http_header(socket, WSI_TOKEN_HTTP_CONTENT_LENGTH);
    std::uint64_t length = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, length);
    // libwebsockets reads at most 31 characters of it and would take a longer one for another.
    if (error != std::errc() || end != last || text.size() > 19) {
        return std::nullopt;
    }
    return length;
}

std::string http_date() {
    thread_local std::int64_t made_at = 0;
    thread_local std::array<char, 32> text{};
    const std::int64_t now = unix_seconds();
    if (now != made_at) {
        made_at = now;
        const std::time_t time = now;
        std::tm parts{};
        ::gmtime_r(&time, &parts);
        std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    }
    return text.data();
}

}  // namespace reverb
