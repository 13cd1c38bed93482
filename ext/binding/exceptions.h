// The classes of exceptions, set once at MINIT. Throwing allocates from PHP's heap: no C++ object
// with a destructor may be alive in the frames of who throws.
#pragma once

#include "php_reverb.h"
#include "zend_exceptions.h"

namespace reverb::binding {

extern zend_class_entry* exception_ce;
extern zend_class_entry* configuration_exception_ce;
extern zend_class_entry* connect_exception_ce;
extern zend_class_entry* rejected_exception_ce;
extern zend_class_entry* outcome_unknown_exception_ce;

// A ConfigurationException with its `setting`.
void throw_configuration(const char* setting, const char* message);

}  // namespace reverb::binding
