// Tells a forked child from its parent without a call of the kernel, so that it can be asked before
// every use of what a child must leave alone. A value; any thread. What vfork() or posix_spawn()
// makes counts as its parent: until it calls exec(), no code of ours runs there.
#pragma once

#include <cstdint>

namespace reverb {

class ForkGeneration {
  public:
    // That of this process.
    ForkGeneration() noexcept;
    // False in a child that was forked since.
    [[nodiscard]] bool is_current() const noexcept;

  private:
    std::uint64_t number_;
};

}  // namespace reverb
