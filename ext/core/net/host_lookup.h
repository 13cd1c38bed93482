// Asks the system for the addresses of a name. That has no deadline and cannot be ended, so each
// goes on in a thread of its own, and unheard where nobody waits any more: neither a loop nor the
// end of the process waits for it. Owned by whoever asks; any thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/host_addresses.h"

namespace reverb {

class HostLookup {
  public:
    // Called once, on the look-up's thread. Must not block, nor make or destroy a look-up.
    using Found = std::function<void(const HostAddresses&)>;

    // Look-ups of one name that may go on at once.
    static constexpr unsigned most_at_once = 16;

    // For how long others get the answer that somebody waits for: while one hangs, the resolver may
    // be well again.
    static constexpr std::chrono::milliseconds usually_shared{1'000};

    // Throws std::runtime_error, for people, where it cannot be asked for.
    HostLookup(const std::string& host, Found found,
               std::chrono::milliseconds shared = usually_shared);
    // `found` is neither called afterwards nor still running.
    ~HostLookup();
    HostLookup(const HostLookup&) = delete;
    HostLookup& operator=(const HostLookup&) = delete;

  private:
    struct Asked;
    struct Process;

    std::shared_ptr<Process> process_;
    std::shared_ptr<Asked> asked_;
    Found found_;
};

}  // namespace reverb
