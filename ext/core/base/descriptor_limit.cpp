#include "base/descriptor_limit.h"

#include <sys/resource.h>

#include <algorithm>

namespace reverb {

namespace {
constexpr rlim_t wanted = 65'536;
// libwebsockets as distributions build it, with its checks, looks through a table of that size each
// time a connection closes: some 10 µs for 20,000, and a container's usual limit is a million.
constexpr rlim_t most = 262'144;
}  // namespace

std::uint64_t adjust_descriptor_limit() noexcept {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return 0;
    }
    const rlim_t target = std::min({limit.rlim_max, std::max(wanted, limit.rlim_cur), most});
    if (target != limit.rlim_cur) {
        limit.rlim_cur = target;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    return target;
}

}  // namespace reverb
