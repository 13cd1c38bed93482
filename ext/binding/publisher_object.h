// Reverb\Publisher's object: where it publishes to. The connection is the thread's, shared by all
// objects with the same options (binding/connections.h). Owned by PHP's object store.
#pragma once

#include "php_reverb.h"

namespace reverb::binding {

// Registers the object's handlers with its class. At MINIT.
void set_up_publisher_class(zend_class_entry* class_entry);

}  // namespace reverb::binding
