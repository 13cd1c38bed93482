// PHP arrays become the core's settings. Reads only what is there: nothing is converted and
// nothing allocated from PHP's heap, so C++ objects may live meanwhile. Types are taken strictly,
// since a port that is "8080 " or a limit that is "10 MB" is a mistake to hear of at the start.
#pragma once

#include <optional>

#include "app/application.h"
#include "php_reverb.h"
#include "publisher/publisher.h"
#include "server_config.h"

namespace reverb::binding {

// All throw ConfigError, whose setting is the key as the user wrote it: `port`, `apps.0.key`.
[[nodiscard]] ServerConfig read_server_config(const HashTable* configuration);
// An application, or nothing for null: what a listener of `application_wanted` returned.
[[nodiscard]] std::optional<Application> read_application(const zval* returned);
[[nodiscard]] PublisherTarget read_publisher_target(const HashTable* options);

}  // namespace reverb::binding
