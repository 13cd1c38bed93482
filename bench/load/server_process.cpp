#include "load/server_process.h"

#include <time.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace reverb::bench {

namespace {

// A line `name kibibytes kB` of a file below /proc.
std::uint64_t bytes_in(const std::string& path, const std::string& name) {
    std::ifstream file(path);
    std::string word;
    while (file >> word) {
        if (word == name) {
            std::uint64_t kibibytes = 0;
            file >> kibibytes;
            return kibibytes * 1024;
        }
    }
    throw std::runtime_error(path + " has no " + name);
}

}  // namespace

ServerProcess::ServerProcess(pid_t pid) : pid_(pid) {
    if (pid_ == 0) {
        return;
    }
    if (const int error = ::clock_getcpuclockid(pid_, &clock_); error != 0) {
        throw std::invalid_argument("--server-pid=" + std::to_string(pid_) + ": " +
                                    std::generic_category().message(error));
    }
}

std::chrono::nanoseconds ServerProcess::cpu() const {
    if (pid_ == 0) {
        return {};
    }
    timespec used{};
    if (::clock_gettime(clock_, &used) != 0) {
        throw std::system_error(errno, std::generic_category(),
                                "CPU time of the server, process " + std::to_string(pid_));
    }
    return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

std::uint64_t ServerProcess::resident_bytes() const {
    if (pid_ == 0) {
        return 0;
    }
    return bytes_in("/proc/" + std::to_string(pid_) + "/status", "VmRSS:");
}

std::uint64_t kernel_bytes() {
    return bytes_in("/proc/meminfo", "Slab:");
}

}  // namespace reverb::bench
