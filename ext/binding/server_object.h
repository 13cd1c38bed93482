// Reverb\Server's object: the configuration, the listeners and timers it was given, and the run
// while there is one. Owned by PHP's object store; PHP's thread only.
#pragma once

#include <memory>

#include "binding/listeners.h"
#include "binding/run.h"
#include "hooks.h"
#include "php_reverb.h"
#include "server.h"
#include "server_config.h"

namespace reverb::binding {

struct ServerState {
    ServerConfig config;
    std::shared_ptr<HookQueue> hooks = std::make_shared<HookQueue>();
    std::unique_ptr<Server> next;  // checked, for the next run()
    Listeners listeners{};
    Timers timers;
    zend_long last_timer = 0;
    std::unique_ptr<Run> run;  // while run() is active

    // Null unless run() is active in this very process.
    [[nodiscard]] Server* running() const noexcept;
};

// Registers the object's handlers with its class. At MINIT.
void set_up_server_class(zend_class_entry* class_entry);

}  // namespace reverb::binding
