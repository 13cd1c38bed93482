// What the server's process has used, as the kernel counts it: nothing is asked of the server. A
// value, one thread.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>

namespace reverb::bench {

class ServerProcess {
  public:
    // 0: unknown, everything below is 0. Throws std::invalid_argument when there is no such one.
    explicit ServerProcess(pid_t pid);

    // User and system time of all its threads, those that ended included: what utime and stime
    // of /proc/PID/stat add up to, in nanoseconds instead of ticks.
    [[nodiscard]] std::chrono::nanoseconds cpu() const;
    // VmRSS of /proc/PID/status.
    [[nodiscard]] std::uint64_t resident_bytes() const;

  private:
    pid_t pid_ = 0;
    clockid_t clock_ = 0;
};

// Slab of /proc/meminfo: what the kernel holds for sockets and files, of all processes.
[[nodiscard]] std::uint64_t kernel_bytes();

}  // namespace reverb::bench
