// The limit on open descriptors, one of which each connection takes. Process-wide.
#pragma once

#include <cstdint>

namespace reverb {

// Raises the soft limit as far as is allowed and useful, or lowers it to what is useful, and
// returns what it is now. Bounded, because libwebsockets has a table of that size for every thread.
std::uint64_t adjust_descriptor_limit() noexcept;

}  // namespace reverb
