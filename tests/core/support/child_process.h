// A program that a test runs: with its output in a file, ended with the object, and by the system
// should the test die before. Owned by a test; one thread at a time.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace reverb::testing {

class ChildProcess {
  public:
    ChildProcess() = default;
    // The words of the command line; output goes to the end of `log`.
    ChildProcess(const std::vector<std::string>& command, const std::string& log);
    ~ChildProcess() { kill(); }
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&& other) noexcept;
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    [[nodiscard]] bool running();
    void signal(int number) const;
    // SIGTERM and SIGKILL; both wait until it is gone.
    void terminate();
    void kill();

  private:
    void end(int number);

    pid_t pid_ = -1;
};

// A port of 127.0.0.1 that nobody listens on now.
[[nodiscard]] std::uint16_t free_port();

}  // namespace reverb::testing
