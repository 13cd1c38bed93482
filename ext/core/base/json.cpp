#include "base/json.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <map>

namespace reverb {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr unsigned deepest = 512;               // nested containers, as in PHP's json_decode
constexpr std::size_t kept_buffer = 1U << 20U;  // a longer document's memory is given back
constexpr std::size_t members_scanned = 16;     // up to here comparing beats an index

// A value, as slices of the reader's buffers.
struct Value {
    JsonKind kind = JsonKind::null;
    std::string_view raw;
    std::string_view text;
};

std::string_view without_trailing_space(std::string_view token) {
    const std::size_t last = token.find_last_not_of(" \t\n\r");
    return token.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

std::size_t skip_digits(std::string_view text, std::size_t from) {
    return std::min(text.find_first_not_of("0123456789", from), text.size());
}

// RFC 8259, 6. By hand, since simdjson refuses numbers that fit into no C++ type, and a number
// passes through here as it came.
bool is_number(std::string_view text) {
    std::size_t at = text.starts_with('-') ? 1 : 0;
    const std::size_t integer = at;
    at = skip_digits(text, at);
    if (at == integer || (text[integer] == '0' && at > integer + 1)) {
        return false;
    }
    if (at < text.size() && text[at] == '.') {
        const std::size_t fraction = at + 1;
        at = skip_digits(text, fraction);
        if (at == fraction) {
            return false;
        }
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        std::size_t exponent = at + 1;
        if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) {
            ++exponent;
        }
        at = skip_digits(text, exponent);
        if (at == exponent) {
            return false;
        }
    }
    return at == text.size();
}

bool at_end(ondemand::document& document) {
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

// Visits every value of a document once, in order: simdjson's on-demand interface only checks what
// is looked at.
class Walk {
  public:
    explicit Walk(ondemand::document& document) : document_(document) {}

    bool read(ondemand::value value, unsigned depth, Value& found) {
        ondemand::json_type type{};
        if (value.type().get(type) != simdjson::SUCCESS) {
            return false;
        }
        const std::string_view token = value.raw_json_token();
        found.raw = without_trailing_space(token);
        switch (type) {
            case ondemand::json_type::object: {
                found.kind = JsonKind::object;
                ondemand::object object;
                return value.get_object().get(object) == simdjson::SUCCESS &&
                       members(object, depth + 1) && close(token.data(), found);
            }
            case ondemand::json_type::array: {
                found.kind = JsonKind::array;
                ondemand::array array;
                return value.get_array().get(array) == simdjson::SUCCESS &&
                       elements(array, depth + 1) && close(token.data(), found);
            }
            case ondemand::json_type::string:
                found.kind = JsonKind::string;
                return value.get_string().get(found.text) == simdjson::SUCCESS;
            case ondemand::json_type::number:
                found.kind = JsonKind::number;
                return is_number(found.raw);
            case ondemand::json_type::boolean:
                found.kind = JsonKind::boolean;
                return found.raw == "true" || found.raw == "false";
            case ondemand::json_type::null:
                found.kind = JsonKind::null;
                return found.raw == "null";
        }
        return false;
    }

    template <typename Visit>
    bool each_member(ondemand::object& object, unsigned depth, Visit visit) {
        if (depth > deepest) {
            return false;
        }
        for (auto field : object) {
            std::string_view key;
            Value found;
            if (field.unescaped_key().get(key) != simdjson::SUCCESS ||
                !read(field.value().value_unsafe(), depth, found)) {
                return false;
            }
            visit(key, found);
        }
        return true;
    }

    template <typename Visit>
    bool each_element(ondemand::array& array, unsigned depth, Visit visit) {
        if (depth > deepest) {
            return false;
        }
        for (auto element : array) {
            ondemand::value value;
            Value found;
            if (element.get(value) != simdjson::SUCCESS || !read(value, depth, found)) {
                return false;
            }
            visit(found);
        }
        return true;
    }

  private:
    bool members(ondemand::object& object, unsigned depth) {
        return each_member(object, depth, [](std::string_view, const Value&) {});
    }
    bool elements(ondemand::array& array, unsigned depth) {
        return each_element(array, depth, [](const Value&) {});
    }

    // Only white space stands between a container's last bracket and the next token.
    bool close(const char* start, Value& found) {
        const char* next = nullptr;
        if (document_.current_location().get(next) != simdjson::SUCCESS) {
            return false;
        }
        found.raw = without_trailing_space({start, static_cast<std::size_t>(next - start)});
        return true;
    }

    ondemand::document& document_;
};

// The members of one object; of those with the same key the last one's value, at the place of the
// first.
class Members {
  public:
    Members() { fields_.reserve(4); }

    // `key` must stay where it is until take().
    void put(std::string_view key, const Value& value) {
        const std::size_t place = find_or_add(key);
        JsonField& field = fields_[place];
        field.kind = value.kind;
        field.raw = value.raw;
        field.text = value.text;
    }

    JsonObject take() { return std::move(fields_); }

  private:
    std::size_t find_or_add(std::string_view key) {
        if (fields_.size() < members_scanned) {
            for (std::size_t i = 0; i < fields_.size(); ++i) {
                if (fields_[i].key == key) {
                    return i;
                }
            }
        } else {
            if (index_.empty()) {
                for (std::size_t i = 0; i < fields_.size(); ++i) {
                    index_.emplace(keys_[i], i);
                }
            }
            if (const auto [known, added] = index_.try_emplace(key, fields_.size()); !added) {
                return known->second;
            }
        }
        if (fields_.size() < members_scanned) {
            keys_[fields_.size()] = key;
        }
        fields_.push_back({std::string(key), JsonKind::null, "", ""});
        return fields_.size() - 1;
    }

    JsonObject fields_;
    std::array<std::string_view, members_scanned> keys_;
    // Ordered, since a hash could be flooded by a client that chooses the keys.
    std::map<std::string_view, std::size_t> index_;
};

}  // namespace

struct JsonReader::Impl {
    // Copies `json` to where simdjson may read past its end, and indexes it.
    bool begin(std::string_view json, ondemand::document& document) {
        if (buffer.capacity() > kept_buffer && json.size() < kept_buffer / 2) {
            buffer = {};
            parser = ondemand::parser();
        }
        buffer.assign(json);
        buffer.append(simdjson::SIMDJSON_PADDING, ' ');
        return parser.iterate(buffer.data(), json.size(), buffer.size()).get(document) ==
               simdjson::SUCCESS;
    }

    std::string buffer;
    ondemand::parser parser;
};

JsonReader::JsonReader() : impl_(std::make_unique<Impl>()) {
}
JsonReader::~JsonReader() = default;
JsonReader::JsonReader(JsonReader&&) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&&) noexcept = default;

std::optional<JsonObject> JsonReader::object(std::string_view json) {
    ondemand::document document;
    ondemand::object object;
    if (!impl_->begin(json, document) || document.get_object().get(object) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    Members members;
    const bool valid = Walk(document).each_member(
        object, 1, [&](std::string_view key, const Value& value) { members.put(key, value); });
    if (!valid || !at_end(document)) {
        return std::nullopt;
    }
    return members.take();
}

std::optional<JsonObject> JsonReader::array(std::string_view json) {
    ondemand::document document;
    ondemand::array array;
    if (!impl_->begin(json, document) || document.get_array().get(array) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    JsonObject elements;
    const bool valid = Walk(document).each_element(array, 1, [&](const Value& value) {
        elements.push_back({"", value.kind, std::string(value.raw), std::string(value.text)});
    });
    if (!valid || !at_end(document)) {
        return std::nullopt;
    }
    return elements;
}

const JsonField* find(const JsonObject& object, std::string_view key) noexcept {
    const auto field = std::find_if(object.begin(), object.end(),
                                    [key](const JsonField& one) { return one.key == key; });
    return field == object.end() ? nullptr : &*field;
}

void append_json_string(std::string& out, std::string_view text) {
    out.push_back('"');
    append_json_escaped(out, text);
    out.push_back('"');
}

void append_json_escaped(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::size_t plain = 0;  // start of what needs no escape
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte != '"' && byte != '\\') {
            continue;
        }
        out.append(text, plain, i - plain);
        plain = i + 1;
        out.push_back('\\');
        switch (byte) {
            case '"':
            case '\\':
                out.push_back(text[i]);
                break;
            case '\b':
                out.push_back('b');
                break;
            case '\f':
                out.push_back('f');
                break;
            case '\n':
                out.push_back('n');
                break;
            case '\r':
                out.push_back('r');
                break;
            case '\t':
                out.push_back('t');
                break;
            default:
                out.append("u00");
                out.push_back(digits[byte >> 4U]);
                out.push_back(digits[byte & 0x0FU]);
        }
    }
    out.append(text, plain);
}

bool valid_utf8(std::string_view text) noexcept {
    return simdjson::validate_utf8(text.data(), text.size());
}

}  // namespace reverb
