// How many cores this process may use: the smaller of its affinity and its cgroup's quota.
// Linux-only knowledge stays in cpu_limit.cpp.
#pragma once

namespace reverb {

// At least 1.
[[nodiscard]] unsigned usable_cpus();

}  // namespace reverb
