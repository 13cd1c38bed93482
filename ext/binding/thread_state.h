// What a PHP thread keeps between calls and between requests, on the C++ heap. It exists because
// running out of memory_limit is a longjmp: whatever C++ object PHP's heap may be asked for memory
// beside lives here and not on the stack, so that the jump loses nothing. One per PHP thread, made
// and destroyed with the module's globals.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "binding/connections.h"
#include "binding/outcome.h"
#include "php_reverb.h"
#include "publish.h"
#include "server.h"

namespace reverb::binding {

struct ThreadState {
    PublishRequest request;  // of the publish at hand; keeps its memory for the next one
    Outcome outcome;         // of the last call into the core
    Connections connections;
    ServerStats stats;
    std::vector<std::pair<std::string, std::string>> versions;
};

inline ThreadState& thread_state() noexcept {
    return *REVERB_G(thread);
}

}  // namespace reverb::binding
