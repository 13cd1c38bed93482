#include "binding/exceptions.h"

#include <cstring>

namespace reverb::binding {

zend_class_entry* exception_ce = nullptr;
zend_class_entry* configuration_exception_ce = nullptr;
zend_class_entry* connect_exception_ce = nullptr;
zend_class_entry* rejected_exception_ce = nullptr;
zend_class_entry* outcome_unknown_exception_ce = nullptr;

void throw_configuration(const char* setting, const char* message) {
    zend_object* exception = zend_throw_exception(configuration_exception_ce, message, 0);
    zend_update_property_string(configuration_exception_ce, exception, ZEND_STRL("setting"),
                                setting);
}

}  // namespace reverb::binding
