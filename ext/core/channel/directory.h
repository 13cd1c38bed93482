// Which channels have subscribers, how many, and on which threads: the one truth for all threads
// of the process. Every method may be called on any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/string_hash.h"

namespace reverb {

// Threads as bits, the first I/O thread the lowest.
using ThreadMask = std::uint64_t;

class Directory {
  public:
    static constexpr unsigned max_threads = 64;

    explicit Directory(unsigned threads) : threads_(threads) {}

    // True when the channel had no subscriber before.
    bool subscribe(std::string_view key, unsigned thread);
    // True when that was the channel's last one. The thread must have a subscriber there.
    bool unsubscribe(std::string_view key, unsigned thread);

    [[nodiscard]] ThreadMask threads(std::string_view key) const;
    [[nodiscard]] std::size_t subscribers(std::string_view key) const;

  private:
    struct Channel {
        std::size_t total = 0;
        ThreadMask threads = 0;
        std::vector<std::uint32_t> by_thread;
    };
    // Channels are spread over several maps, so that threads seldom wait for each other.
    struct Shard {
        mutable std::mutex mutex;
        StringMap<Channel> channels;
    };
    static constexpr std::size_t shards = 32;

    [[nodiscard]] Shard& shard(std::string_view key) noexcept;
    [[nodiscard]] const Shard& shard(std::string_view key) const noexcept;

    unsigned threads_;
    std::array<Shard, shards> shards_;
};

}  // namespace reverb
