// The limit on open descriptors, one of which each connection takes. Process-wide.
#pragma once

#include <cstdint>

namespace reverb {

// Raises the soft limit as far as is allowed and useful, and returns what it is now. Bounded,
// because libwebsockets allocates a table of that size for every thread.
std::uint64_t raise_descriptor_limit() noexcept;

}  // namespace reverb
