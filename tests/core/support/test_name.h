// A host's name that is known in the tests' program alone, which has a getaddrinfo() of its own for
// it. Owned by a test; any thread may look it up.
#pragma once

#include <netdb.h>

#include <functional>
#include <string>
#include <vector>

namespace reverb::testing {

class TestName {
  public:
    struct Answer {
        std::vector<std::string> addresses;  // of IPv4
        int failure = 0;                     // in their place: EAI_NONAME, for one
    };
    // Called on the thread of each look-up, several at once; may wait.
    using Resolver = std::function<Answer(const addrinfo& hints)>;

    TestName(std::string name, Resolver resolver);
    // Waits for the look-ups that are under way.
    ~TestName();
    TestName(const TestName&) = delete;
    TestName& operator=(const TestName&) = delete;

  private:
    std::string name_;
};

}  // namespace reverb::testing
