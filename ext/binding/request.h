// The arguments of publish(), of Server and of Publisher alike: read in two steps, because only
// the first may throw in PHP and only the second makes C++ strings.
#pragma once

#include "php_reverb.h"
#include "publish.h"

namespace reverb::binding {

// As they come, borrowed from PHP for the time of the call.
struct PublishArguments {
    zend_string* app_id = nullptr;
    zend_string* channel = nullptr;  // either one …
    HashTable* channels = nullptr;   // … or several
    zend_string* event = nullptr;
    zend_string* data = nullptr;
    zend_string* except = nullptr;
    zend_string* info = nullptr;
};

// Throws in PHP and returns false where an argument is of the wrong type.
[[nodiscard]] bool parse_publish_arguments(zend_execute_data* execute_data,
                                           PublishArguments& arguments);

// Copies them, reusing the memory of `request`.
void fill(PublishRequest& request, const PublishArguments& arguments);

}  // namespace reverb::binding
