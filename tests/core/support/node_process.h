// A node of a cluster in a process of its own, so that a test can kill it as a crash would: the
// program of the tests, started once more. Owned by a test; ends with it.
#pragma once

#include <cstdint>
#include <string>

#include "publisher/peer.h"
#include "support/child_process.h"

namespace reverb::testing {

class NodeProcess {
  public:
    // The word on the command line that makes the tests' program a node; the port of Redis follows.
    static constexpr const char* word = "--node";

    // Listens when this returns.
    explicit NodeProcess(std::uint16_t redis);

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    // SIGKILL: says goodbye to nobody.
    void kill() { process_.kill(); }
    void signal(int number) const { process_.signal(number); }

    // What that process does, until it is ended.
    [[noreturn]] static void run(std::uint16_t redis);

  private:
    TemporaryDirectory directory_;
    ChildProcess process_;
    std::uint16_t port_ = 0;
};

}  // namespace reverb::testing
