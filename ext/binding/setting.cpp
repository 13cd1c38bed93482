#include "binding/setting.h"

#include <cmath>
#include <utility>

#include "server_config.h"

namespace reverb::binding {

namespace {

constexpr std::size_t longest_shown = 60;

// The value for an error: as it is where that is short and plain, else its type.
std::string shown(const zval* value) {
    switch (Z_TYPE_P(value)) {
        case IS_NULL:
            return "null";
        case IS_FALSE:
            return "false";
        case IS_TRUE:
            return "true";
        case IS_LONG:
            return std::to_string(Z_LVAL_P(value));
        case IS_DOUBLE: {
            std::string number = std::to_string(Z_DVAL_P(value));
            number.erase(number.find_last_not_of('0') + 1);
            if (number.ends_with('.')) {
                number += '0';
            }
            return number;
        }
        case IS_STRING:
            if (Z_STRLEN_P(value) <= longest_shown) {
                return "\"" + std::string(Z_STRVAL_P(value), Z_STRLEN_P(value)) + "\"";
            }
            return "a string of " + std::to_string(Z_STRLEN_P(value)) + " bytes";
        default:
            return zend_zval_type_name(value);
    }
}

}  // namespace

Setting::Setting(std::string name, const zval* value) : name_(std::move(name)), value_(value) {
    ZVAL_DEREF(value_);
}

std::string Setting::text() const {
    if (Z_TYPE_P(value_) != IS_STRING) {
        refuse("a string");
    }
    return {Z_STRVAL_P(value_), Z_STRLEN_P(value_)};
}

std::string Setting::filled_text() const {
    if (Z_TYPE_P(value_) != IS_STRING || Z_STRLEN_P(value_) == 0) {
        refuse("a string that is not empty");
    }
    return text();
}

std::string Setting::secret() const {
    if (Z_TYPE_P(value_) != IS_STRING) {
        refuse_type("a string that is not empty");
    }
    return filled_text();
}

bool Setting::boolean() const {
    if (Z_TYPE_P(value_) != IS_TRUE && Z_TYPE_P(value_) != IS_FALSE) {
        refuse("true or false");
    }
    return Z_TYPE_P(value_) == IS_TRUE;
}

bool Setting::is_integer(std::int64_t least, std::int64_t most) const noexcept {
    return Z_TYPE_P(value_) == IS_LONG && Z_LVAL_P(value_) >= least && Z_LVAL_P(value_) <= most;
}

std::int64_t Setting::integer(std::int64_t least, std::int64_t most) const {
    if (!is_integer(least, most)) {
        refuse("an integer from " + std::to_string(least) + " to " + std::to_string(most));
    }
    return Z_LVAL_P(value_);
}

std::chrono::milliseconds Setting::seconds(std::chrono::milliseconds least) const {
    constexpr double day = 86'400;
    double seconds = NAN;
    if (Z_TYPE_P(value_) == IS_LONG) {
        seconds = static_cast<double>(Z_LVAL_P(value_));
    } else if (Z_TYPE_P(value_) == IS_DOUBLE) {
        seconds = Z_DVAL_P(value_);
    }
    const double lowest = static_cast<double>(least.count()) / 1'000;
    if (!(seconds >= lowest && seconds <= day)) {
        refuse(least.count() == 0 ? "a number of seconds from 0 to 86400"
                                  : "a number of seconds from 0.001 to 86400");
    }
    return std::chrono::milliseconds(std::llround(seconds * 1'000));
}

std::vector<Setting> Setting::list() const {
    if (Z_TYPE_P(value_) != IS_ARRAY || !zend_array_is_list(Z_ARRVAL_P(value_))) {
        refuse("a list");
    }
    return settings_of(Z_ARRVAL_P(value_), name_ + ".");
}

std::vector<Setting> Setting::map() const {
    if (Z_TYPE_P(value_) != IS_ARRAY || (zend_array_is_list(Z_ARRVAL_P(value_)) &&
                                         zend_hash_num_elements(Z_ARRVAL_P(value_)) > 0)) {
        refuse("an array with named members");
    }
    return settings_of(Z_ARRVAL_P(value_), name_ + ".");
}

std::string_view Setting::key() const noexcept {
    const std::size_t dot = name_.rfind('.');
    return std::string_view(name_).substr(dot == std::string::npos ? 0 : dot + 1);
}

void Setting::unknown(std::string_view known) const {
    throw ConfigError(name_, name_ + " is no setting. There are: " + std::string(known));
}

void Setting::refuse(std::string_view what) const {
    throw ConfigError(name_,
                      name_ + " must be " + std::string(what) + ", " + shown(value_) + " given");
}

void Setting::refuse_type(std::string_view what) const {
    throw ConfigError(name_, name_ + " must be " + std::string(what) + ", " +
                                 zend_zval_type_name(value_) + " given");
}

std::vector<Setting> settings_of(const HashTable* array, const std::string& prefix) {
    std::vector<Setting> settings;
    settings.reserve(zend_hash_num_elements(array));
    zend_ulong index = 0;
    zend_string* key = nullptr;
    zval* value = nullptr;
    ZEND_HASH_FOREACH_KEY_VAL(const_cast<HashTable*>(array), index, key, value) {
        settings.emplace_back(
            prefix + (key != nullptr ? std::string(ZSTR_VAL(key), ZSTR_LEN(key))
                                     : std::to_string(static_cast<zend_long>(index))),
            value);
    }
    ZEND_HASH_FOREACH_END();
    return settings;
}

}  // namespace reverb::binding
