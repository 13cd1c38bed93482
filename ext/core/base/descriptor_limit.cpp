#include "base/descriptor_limit.h"

#include <sys/resource.h>

#include <algorithm>

namespace reverb {

namespace {
constexpr rlim_t wanted = 65'536;
constexpr rlim_t most = 1'048'576;  // libwebsockets gives up on tables far beyond that
}  // namespace

std::uint64_t raise_descriptor_limit() noexcept {
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
