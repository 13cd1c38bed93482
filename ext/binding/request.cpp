#include "binding/request.h"

#include <string>

namespace reverb::binding {

namespace {

// Memory kept for the next request; what one large event needed beyond it is given back.
constexpr std::size_t kept = 256U << 10U;

void assign(std::string& to, const zend_string* from) {
    if (from == nullptr) {
        to.clear();
        return;
    }
    if (to.capacity() > kept && ZSTR_LEN(from) <= kept) {
        to = std::string();
    }
    to.assign(ZSTR_VAL(from), ZSTR_LEN(from));
}

}  // namespace

bool parse_publish_arguments(zend_execute_data* execute_data, PublishArguments& arguments) {
    ZEND_PARSE_PARAMETERS_START(4, 6)
    Z_PARAM_STR(arguments.app_id)
    Z_PARAM_ARRAY_HT_OR_STR(arguments.channels, arguments.channel)
    Z_PARAM_STR(arguments.event)
    Z_PARAM_STR(arguments.data)
    Z_PARAM_OPTIONAL
    Z_PARAM_STR_OR_NULL(arguments.except)
    Z_PARAM_STR(arguments.info)
    ZEND_PARSE_PARAMETERS_END_EX(return false);

    if (arguments.channels != nullptr) {
        zval* channel = nullptr;
        ZEND_HASH_FOREACH_VAL(arguments.channels, channel) {
            ZVAL_DEREF(channel);
            if (Z_TYPE_P(channel) != IS_STRING) {
                zend_argument_type_error(2, "must be a string or a list of strings, %s found in it",
                                         zend_zval_type_name(channel));
                return false;
            }
        }
        ZEND_HASH_FOREACH_END();
    }
    return true;
}

void fill(PublishRequest& request, const PublishArguments& arguments) {
    assign(request.app_id, arguments.app_id);
    assign(request.event, arguments.event);
    assign(request.data, arguments.data);
    assign(request.except, arguments.except);
    assign(request.info, arguments.info);

    if (arguments.channel != nullptr) {
        request.channels.resize(1);
        assign(request.channels.front(), arguments.channel);
        return;
    }
    request.channels.resize(zend_hash_num_elements(arguments.channels));
    auto to = request.channels.begin();
    zval* channel = nullptr;
    ZEND_HASH_FOREACH_VAL(arguments.channels, channel) {
        ZVAL_DEREF(channel);
        assign(*to++, Z_STR_P(channel));
    }
    ZEND_HASH_FOREACH_END();
}

}  // namespace reverb::binding
