// One setting of a PHP array on its way into C++: its value with the name that an error gives it.
// A value for the time of reading; PHP's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "php_reverb.h"

namespace reverb::binding {

class Setting {
  public:
    Setting(std::string name, const zval* value);

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] bool is_null() const noexcept { return Z_TYPE_P(value_) == IS_NULL; }

    [[nodiscard]] bool is_empty_text() const noexcept {
        return Z_TYPE_P(value_) == IS_STRING && Z_STRLEN_P(value_) == 0;
    }
    [[nodiscard]] bool is_integer(std::int64_t least, std::int64_t most) const noexcept;

    // Each throws ConfigError where the value is of another type or out of range.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string filled_text() const;  // not empty
    // As filled_text(), for what must not show up in a log: an error tells its type alone.
    [[nodiscard]] std::string secret() const;
    [[nodiscard]] bool boolean() const;
    [[nodiscard]] std::int64_t integer(std::int64_t least, std::int64_t most) const;
    // Seconds, whole or not, from `least` (nothing or a millisecond) to a day.
    [[nodiscard]] std::chrono::milliseconds seconds(std::chrono::milliseconds least) const;
    [[nodiscard]] std::vector<Setting> list() const;
    // The members of an array; a list that is not empty is none.
    [[nodiscard]] std::vector<Setting> map() const;
    // The last part of the name.
    [[nodiscard]] std::string_view key() const noexcept;

    // "… is unknown; known are: …"
    [[noreturn]] void unknown(std::string_view known) const;
    // "<name> must be <what>, <the value> given"
    [[noreturn]] void refuse(std::string_view what) const;

  private:
    [[noreturn]] void refuse_type(std::string_view what) const;

    std::string name_;
    const zval* value_;
};

// The members of a whole array, named by their keys.
[[nodiscard]] std::vector<Setting> settings_of(const HashTable* array, const std::string& prefix);

}  // namespace reverb::binding
