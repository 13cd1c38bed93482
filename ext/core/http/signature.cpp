#include "http/signature.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "base/hmac.h"

namespace reverb {
namespace {

constexpr std::string_view signature_name = "auth_signature";

using Parameter = std::pair<std::string_view, std::string_view>;

// What is signed: METHOD, path and the parameters sorted by name, unencoded.
std::string string_to_sign(std::string_view method, std::string_view path,
                           std::vector<Parameter> parameters) {
    // Stable: a name that comes twice is signed twice, so that no copy of it goes unsigned.
    std::stable_sort(parameters.begin(), parameters.end(),
                     [](const Parameter& a, const Parameter& b) { return a.first < b.first; });
    std::size_t size = method.size() + path.size() + 2;
    for (const auto& [name, value] : parameters) {
        size += name.size() + value.size() + 2;
    }
    std::string text;
    text.reserve(size);
    text.append(method).append("\n").append(path).append("\n");
    const char* separator = "";
    for (const auto& [name, value] : parameters) {
        text.append(separator).append(name).append("=").append(value);
        separator = "&";
    }
    return text;
}

bool timestamp_valid(const std::optional<std::string_view>& text, std::int64_t now,
                     std::chrono::seconds tolerance) {
    if (tolerance.count() == 0) {
        return true;
    }
    if (!text) {
        return false;
    }
    std::int64_t sent = 0;
    const char* const last = text->data() + text->size();
    const auto parsed = std::from_chars(text->data(), last, sent);
    if (parsed.ec != std::errc{} || parsed.ptr != last) {
        return false;
    }
    // Unsigned, since the difference of two seconds need not fit into their own type.
    const auto [earlier, later] = std::minmax(now, sent);
    return static_cast<std::uint64_t>(later) - static_cast<std::uint64_t>(earlier) <=
           static_cast<std::uint64_t>(tolerance.count());
}

}  // namespace

bool signature_valid(const Application& app, const HttpRequest& request, std::string_view path,
                     const Query& query, std::int64_t now, std::chrono::seconds tolerance) {
    const auto signature = query.get(signature_name);
    const auto key = query.get("auth_key");
    if (!signature || !key || !equal_constant_time(*key, app.key) ||
        !timestamp_valid(query.get("auth_timestamp"), now, tolerance)) {
        return false;
    }
    const auto body_md5 = query.get("body_md5");
    if (body_md5 ? !equal_constant_time(*body_md5, md5_hex(request.body)) : !request.body.empty()) {
        return false;
    }

    std::vector<Parameter> signed_ones;
    signed_ones.reserve(query.all().size());
    for (const auto& [name, value] : query.all()) {
        if (name != signature_name) {
            signed_ones.emplace_back(name, value);
        }
    }
    const std::string expected =
        hmac_sha256_hex(app.secret, string_to_sign(request.method, path, std::move(signed_ones)));
    return equal_constant_time(*signature, expected);
}

std::string signed_query(std::string_view key, std::string_view secret, std::string_view method,
                         std::string_view path, std::string_view body, std::int64_t now) {
    const std::string timestamp = std::to_string(now);
    const std::string body_md5 = body.empty() ? std::string() : md5_hex(body);
    std::vector<Parameter> parameters{
        {"auth_key", key}, {"auth_timestamp", timestamp}, {"auth_version", "1.0"}};
    if (!body.empty()) {
        parameters.emplace_back("body_md5", body_md5);
    }

    std::string query;
    for (const auto& [name, value] : parameters) {
        query.append(name).append("=").append(percent_encode(value)).append("&");
    }
    query.append(signature_name).append("=");
    query.append(hmac_sha256_hex(secret, string_to_sign(method, path, std::move(parameters))));
    return query;
}

}  // namespace reverb
