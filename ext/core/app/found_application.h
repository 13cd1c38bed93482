// What asking for an application came to. A value.
#pragma once

#include <cstdint>
#include <utility>

#include "app/application_state.h"

namespace reverb {

struct FoundApplication {
    enum class State : std::uint8_t {
        known,
        unknown,      // there is none
        awaited,      // it is being looked up: ask again when the answer is there
        unavailable,  // it could not be looked up: whoever asked may try again later
    };
    State state = State::unknown;
    ApplicationStatePtr application;  // null unless known

    FoundApplication() = default;
    explicit FoundApplication(State found) : state(found) {}
    explicit FoundApplication(ApplicationStatePtr found)
        : state(found == nullptr ? State::unknown : State::known), application(std::move(found)) {}
};

}  // namespace reverb
