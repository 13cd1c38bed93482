// JSON: reading by simdjson, writing the few shapes the protocol needs. A reader keeps the
// parser's memory between documents: one reader a thread. simdjson's types stay in json.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reverb {

// One member of an object, as far as the protocol cares about types.
enum class JsonKind : std::uint8_t { null, boolean, number, string, array, object };

struct JsonField {
    std::string key;
    JsonKind kind = JsonKind::null;
    std::string raw;   // the value as it came, surrounding white space aside
    std::string text;  // the decoded string, when it is one
};

using JsonObject = std::vector<JsonField>;

class JsonReader {
  public:
    JsonReader();
    ~JsonReader();
    JsonReader(JsonReader&&) noexcept;
    JsonReader& operator=(JsonReader&&) noexcept;
    JsonReader(const JsonReader&) = delete;
    JsonReader& operator=(const JsonReader&) = delete;

    // The members of one JSON object, validated to the depth (RFC 8259, UTF-8 included). Where a
    // key comes twice the last one counts, as in PHP. Nothing for anything else.
    [[nodiscard]] std::optional<JsonObject> object(std::string_view json);
    // The elements of one JSON array, their `key` empty.
    [[nodiscard]] std::optional<JsonObject> array(std::string_view json);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Null when there is no such member.
[[nodiscard]] const JsonField* find(const JsonObject& object, std::string_view key) noexcept;

// Appends `text` as a JSON string, quotes included. `text` must be UTF-8.
void append_json_string(std::string& out, std::string_view text);
// The same without the quotes: what stands inside of a JSON string.
void append_json_escaped(std::string& out, std::string_view text);
[[nodiscard]] bool valid_utf8(std::string_view text) noexcept;

}  // namespace reverb
