// Holds the JSON reader against a checker of its own, written from RFC 8259 alone, and against
// itself: what it gives must read back the same.
#include <set>
#include <string>

#include "base/json.h"
#include "fuzz/check.h"

namespace reverb {
namespace {

using fuzz::check;

// Takes JSON as the reader should: RFC 8259, containers at most 512 deep, no lone surrogates.
class Checker {
  public:
    explicit Checker(std::string_view text) : text_(text) {}

    bool whole(char open) {
        space();
        return peek() == open && value(0) && (space(), at_ == text_.size());
    }

  private:
    static constexpr unsigned deepest = 512;

    bool value(unsigned depth) {
        space();
        switch (peek()) {
            case '{':
                return container('}', depth + 1, true);
            case '[':
                return container(']', depth + 1, false);
            case '"':
                return string();
            case 't':
                return word("true");
            case 'f':
                return word("false");
            case 'n':
                return word("null");
            default:
                return number();
        }
    }

    bool container(char close, unsigned depth, bool keys) {
        if (depth > deepest) {
            return false;
        }
        ++at_;
        space();
        if (take(close)) {
            return true;
        }
        do {
            space();
            if (keys && !(string() && (space(), take(':')))) {
                return false;
            }
            if (!value(depth)) {
                return false;
            }
            space();
        } while (take(','));
        return take(close);
    }

    bool string() {
        if (!take('"')) {
            return false;
        }
        while (at_ < text_.size()) {
            const char one = text_[at_++];
            if (one == '"') {
                return true;
            }
            if (static_cast<unsigned char>(one) < 0x20 || (one == '\\' && !escape())) {
                return false;
            }
        }
        return false;
    }

    bool escape() {
        const char one = peek();
        ++at_;
        if (one != 'u') {
            return one != '\0' &&
                   std::string_view("\"\\/bfnrt").find(one) != std::string_view::npos;
        }
        const int first = unit();
        if (first >= 0xD800 && first < 0xDC00) {
            if (!take('\\') || !take('u')) {
                return false;
            }
            const int second = unit();
            return second >= 0xDC00 && second < 0xE000;
        }
        return first >= 0 && (first < 0xDC00 || first >= 0xE000);
    }

    // Four hex digits, or -1.
    int unit() {
        int value = 0;
        for (int i = 0; i < 4; ++i, ++at_) {
            const char one = peek();
            if (one >= '0' && one <= '9') {
                value = 16 * value + (one - '0');
            } else if (one >= 'a' && one <= 'f') {
                value = 16 * value + (one - 'a' + 10);
            } else if (one >= 'A' && one <= 'F') {
                value = 16 * value + (one - 'A' + 10);
            } else {
                return -1;
            }
        }
        return value;
    }

    bool number() {
        take('-');
        if (!take('0') && !digits()) {
            return false;
        }
        if (take('.') && !digits()) {
            return false;
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            return digits();
        }
        return true;
    }

    bool digits() {
        const std::size_t start = at_;
        while (peek() >= '0' && peek() <= '9') {
            ++at_;
        }
        return at_ > start;
    }

    bool word(std::string_view expected) {
        if (text_.substr(at_, expected.size()) != expected) {
            return false;
        }
        at_ += expected.size();
        return true;
    }

    void space() {
        while (at_ < text_.size() &&
               std::string_view(" \t\n\r").find(text_[at_]) != std::string_view::npos) {
            ++at_;
        }
    }

    bool take(char expected) {
        if (at_ < text_.size() && text_[at_] == expected) {
            ++at_;
            return true;
        }
        return false;
    }

    // A zero byte is nowhere allowed, so it may stand for the end.
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    std::string_view text_;
    std::size_t at_ = 0;
};

void check_field(JsonReader& reader, const JsonField& field) {
    check(valid_utf8(field.text) && valid_utf8(field.key), "decoded texts are UTF-8");
    check(!field.raw.empty() && field.raw.front() > ' ' && field.raw.back() > ' ',
          "a raw value has no space around it");
    const auto again = reader.array("[" + field.raw + "]");
    check(again && again->size() == 1, "a raw value is a value");
    check(again->front().kind == field.kind && again->front().raw == field.raw &&
              again->front().text == field.text,
          "a raw value reads back the same");

    std::string written = "[";
    append_json_string(written, field.text);
    written += "]";
    const auto text = reader.array(written);
    check(text && text->size() == 1 && text->front().text == field.text,
          "a written string reads back the same");
}

}  // namespace
}  // namespace reverb

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace reverb;
    static JsonReader reader;
    const std::string_view text = fuzz::as_text(data, size);
    const bool utf8 = valid_utf8(text);

    const auto object = reader.object(text);
    check(object.has_value() == (utf8 && Checker(text).whole('{')), "the object is JSON");
    const auto array = reader.array(text);
    check(array.has_value() == (utf8 && Checker(text).whole('[')), "the array is JSON");

    if (object) {
        std::set<std::string> keys;
        for (const JsonField& field : *object) {
            check(keys.insert(field.key).second, "keys are unique");
            check(find(*object, field.key) == &field, "a member is found");
            check_field(reader, field);
        }
    }
    if (array) {
        for (const JsonField& field : *array) {
            check(field.key.empty(), "elements have no key");
            check_field(reader, field);
        }
    }
    return 0;
}
