#include "base/fork_generation.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace reverb {
namespace {

// What `check` says in a child.
template <typename Check>
bool holds_in_child(Check check) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(check() ? 0 : 1);
    }
    int status = -1;
    return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(ForkGeneration, IsAnotherInEachChildAndStaysInTheParent) {
    const ForkGeneration parent;
    EXPECT_TRUE(parent.is_current());
    EXPECT_TRUE(holds_in_child([&] {
        const ForkGeneration child;
        return !parent.is_current() && child.is_current() && holds_in_child([&] {
            return !parent.is_current() && !child.is_current() && ForkGeneration().is_current();
        }) && child.is_current();
    }));
    EXPECT_TRUE(parent.is_current());
}

}  // namespace
}  // namespace reverb
