#include "base/cpu_limit.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>

#ifdef __linux__
#include <sched.h>
#endif

namespace reverb {

namespace {

#ifdef __linux__
unsigned affinity() {
    cpu_set_t set;
    CPU_ZERO(&set);
    return ::sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<unsigned>(CPU_COUNT(&set))
                                                         : std::thread::hardware_concurrency();
}

// cgroup v2: "max 100000", or quota and period in microseconds.
unsigned cgroup_quota() {
    std::string group;
    std::ifstream membership("/proc/self/cgroup");
    for (std::string line; std::getline(membership, line);) {
        if (line.starts_with("0::")) {
            group = line.substr(3);
        }
    }
    std::ifstream limit("/sys/fs/cgroup" + group + "/cpu.max");
    std::string quota;
    unsigned long period = 0;
    if (!(limit >> quota >> period) || quota == "max" || period == 0) {
        return ~0U;
    }
    return static_cast<unsigned>(std::max(1UL, std::stoul(quota) / period));
}
#else
unsigned affinity() {
    return std::thread::hardware_concurrency();
}
unsigned cgroup_quota() {
    return ~0U;
}
#endif

}  // namespace

unsigned usable_cpus() {
    return std::max(1U, std::min(affinity(), cgroup_quota()));
}

}  // namespace reverb
