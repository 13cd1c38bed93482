#include "http/query.h"

#include <algorithm>
#include <functional>
#include <map>

namespace reverb {
namespace {

constexpr int not_hex = -1;

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    if (digit >= 'A' && digit <= 'F') {
        return digit - 'A' + 10;
    }
    return not_hex;
}

// The name of the array that `name` is an element of, as PHP writes them: `a` for `a[]` and
// `a[7]`. Empty when it is no element.
std::string_view array_name(std::string_view name) {
    const std::size_t bracket = name.find('[');
    if (!name.ends_with(']') || bracket == std::string_view::npos) {
        return {};
    }
    return name.substr(0, bracket);
}

}  // namespace

Query Query::parse(std::string_view text) {
    Query query;
    std::map<std::string, std::size_t, std::less<>> arrays;  // by name, the place in fields_
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        if (pair.empty()) {
            continue;
        }
        const std::size_t equals = std::min(pair.find('='), pair.size());
        std::string name = percent_decode(pair.substr(0, equals), true);
        std::string value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);

        if (const std::string_view array = array_name(name); !array.empty()) {
            const auto known = arrays.find(array);
            if (known != arrays.end()) {
                query.fields_[known->second].second.append(1, ',').append(value);
                continue;
            }
            arrays.emplace(array, query.fields_.size());
            name.resize(array.size());
        }
        query.fields_.emplace_back(std::move(name), std::move(value));
    }
    return query;
}

std::optional<std::string_view> Query::get(std::string_view name) const {
    const auto field = std::find_if(fields_.rbegin(), fields_.rend(),
                                    [name](const auto& one) { return one.first == name; });
    if (field == fields_.rend()) {
        return std::nullopt;
    }
    return field->second;
}

std::string percent_decode(std::string_view text, bool plus_is_space) {
    std::size_t plain = text.find('%');
    if (plus_is_space) {
        plain = std::min(plain, text.find('+'));
    }
    std::string decoded(text.substr(0, plain));
    if (plain >= text.size()) {
        return decoded;
    }
    decoded.reserve(text.size());
    for (std::size_t i = plain; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            const int high = hex_value(text[i + 1]);
            const int low = hex_value(text[i + 2]);
            if (high != not_hex && low != not_hex) {
                decoded.push_back(static_cast<char>(16 * high + low));
                i += 2;
                continue;
            }
        }
        decoded.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
    return decoded;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view unreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char one : text) {
        if (unreserved.find(one) != std::string_view::npos) {
            encoded.push_back(one);
        } else {
            const auto byte = static_cast<unsigned char>(one);
            encoded.push_back('%');
            encoded.push_back(digits[byte >> 4U]);
            encoded.push_back(digits[byte & 0x0FU]);
        }
    }
    return encoded;
}

}  // namespace reverb
