#include "binding/outcome.h"

#include <new>
#include <stdexcept>

#include "binding/exceptions.h"
#include "php_reverb.h"
#include "publisher/publisher.h"
#include "server_config.h"

extern "C" {
#include "ext/json/php_json.h"
}

namespace reverb::binding {

void Outcome::answer(Answer answer) noexcept {
    kind = Kind::answered;
    code = answer.status;
    text = std::move(answer.body);
}

void Outcome::failure() noexcept {
    try {
        throw;
    } catch (const ConfigError& error) {
        kind = Kind::configuration;
        setting = error.setting();
        text = error.what();
    } catch (const ConnectError& error) {
        kind = Kind::connect;
        code = error.code();
        text = error.what();
    } catch (const OutcomeUnknown& error) {
        kind = Kind::unknown;
        text = error.what();
    } catch (const std::length_error& error) {
        // Longer than the wire carries: the same refusal as a server's.
        kind = Kind::answered;
        code = 413;
        text = error.what();
    } catch (const std::exception& error) {
        kind = Kind::failed;
        text = error.what();
    }
}

bool throw_unless_good(const Outcome& outcome) {
    const char* text = outcome.text.c_str();
    switch (outcome.kind) {
        case Outcome::Kind::done:
            return false;
        case Outcome::Kind::answered:
            if (outcome.code == 200) {
                return false;
            }
            if (outcome.text.empty()) {
                zend_throw_exception_ex(rejected_exception_ce, outcome.code,
                                        "The server refused the event with status %ld and no word",
                                        outcome.code);
            } else {
                zend_throw_exception(rejected_exception_ce, text, outcome.code);
            }
            return true;
        case Outcome::Kind::configuration:
            throw_configuration(outcome.setting.c_str(), text);
            return true;
        case Outcome::Kind::connect:
            zend_throw_exception(connect_exception_ce, text, outcome.code);
            return true;
        case Outcome::Kind::unknown:
            zend_throw_exception(outcome_unknown_exception_ce, text, 0);
            return true;
        case Outcome::Kind::failed:
            zend_throw_exception(exception_ce, text, 0);
            return true;
    }
    return false;
}

void return_object(const Outcome& outcome, zval* return_value) {
    php_json_decode_ex(return_value, outcome.text.data(), outcome.text.size(),
                       PHP_JSON_OBJECT_AS_ARRAY, PHP_JSON_PARSER_DEFAULT_DEPTH);
    if (Z_TYPE_P(return_value) != IS_ARRAY) {
        zval_ptr_dtor(return_value);
        ZVAL_NULL(return_value);
        zend_throw_exception(outcome_unknown_exception_ce,
                             "The answer is not that of a Pusher server (status 200, but no JSON "
                             "object): is the port right?",
                             0);
    }
}

void return_answer(const Outcome& outcome, zval* return_value) {
    // The usual one: nothing was asked.
    if (outcome.text == "{}") {
        RETURN_EMPTY_ARRAY();
    }
    zval answer;
    ZVAL_NULL(&answer);
    return_object(outcome, &answer);
    if (Z_TYPE(answer) != IS_ARRAY) {
        return;
    }
    zval* channels = zend_hash_str_find(Z_ARRVAL(answer), ZEND_STRL("channels"));
    if (channels != nullptr && Z_TYPE_P(channels) == IS_ARRAY) {
        RETVAL_COPY(channels);
    } else {
        RETVAL_EMPTY_ARRAY();
    }
    zval_ptr_dtor(&answer);
}

}  // namespace reverb::binding
