// Which channels have subscribers, on which threads, who the members of presence channels are and
// what cache channels hold: the one truth for all threads of the process. Every method may be
// called on any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/frame.h"
#include "base/string_hash.h"
#include "channel/member.h"
#include "channel/presence.h"

namespace reverb {

// Threads as bits, the first I/O thread the lowest.
using ThreadMask = std::uint64_t;

// Counts the changes of a channel that a new subscriber is told of when it subscribes (who is
// there, what is cached). A broadcast of such a change is for those who came before it.
using ChannelVersion = std::uint64_t;

class Directory {
  public:
    static constexpr unsigned max_threads = 64;

    // Called with the channel locked: tells the threads of a change, in the order of the changes.
    // Must not call the directory.
    using Announce = std::function<void(ThreadMask threads, ChannelVersion version)>;

    struct Joined {
        bool first = false;       // the channel had no subscriber before
        bool user_first = false;  // the member's user was not there before
        ChannelVersion version = 0;
        std::string presence;  // the members' JSON; empty unless a presence channel
        FramePtr cached;       // the event held by a cache channel, or null
    };
    struct Left {
        bool last = false;       // the channel has no subscriber now
        bool user_last = false;  // the member's user is gone
    };
    // A channel as the HTTP API shows it.
    struct Occupancy {
        std::string name;
        std::size_t subscribers = 0;
        std::size_t users = 0;
    };

    explicit Directory(unsigned threads) : threads_(threads) {}

    // `member` is null but on presence channels; `announce` is called when its user is new.
    Joined subscribe(std::string_view key, unsigned thread, const MemberPtr& member,
                     const Announce& announce, std::uint64_t now_ms);
    // The thread must have such a subscriber. `announce` is called when the member's user is gone.
    Left unsubscribe(std::string_view key, unsigned thread, const MemberPtr& member,
                     const Announce& announce);
    // The member's list as it is now; empty unless a presence channel.
    [[nodiscard]] std::string presence(std::string_view key);

    // Keeps the event for later subscribers of a cache channel until then, in place of an earlier
    // one, and announces it.
    void keep(std::string_view key, const FramePtr& event, std::uint64_t expires_ms,
              const Announce& announce);
    [[nodiscard]] FramePtr cached(std::string_view key, std::uint64_t now_ms) const;
    // Forgets the events whose time is over.
    void expire(std::uint64_t now_ms);

    [[nodiscard]] ThreadMask threads(std::string_view key) const;
    [[nodiscard]] Occupancy occupancy(std::string_view key) const;
    // The channels of an application whose names begin with `prefix`.
    [[nodiscard]] std::vector<Occupancy> channels(std::string_view app_id,
                                                  std::string_view prefix) const;
    // [{"id":1}], or [] where nobody is.
    [[nodiscard]] std::string user_ids(std::string_view key) const;

  private:
    struct Channel {
        std::size_t total = 0;
        ThreadMask threads = 0;
        std::vector<std::uint32_t> by_thread;
        std::unique_ptr<Presence> presence;
    };
    // Outlives the channel's subscribers, hence apart from it.
    struct Cached {
        FramePtr event;
        std::uint64_t expires_ms = 0;
    };
    // Channels are spread over several maps, so that threads seldom wait for each other.
    struct Shard {
        mutable std::mutex mutex;
        StringMap<Channel> channels;
        StringMap<Cached> cache;
        ChannelVersion version = 0;  // of all its channels together
    };
    static constexpr std::size_t shards = 32;

    [[nodiscard]] Shard& shard(std::string_view key) noexcept;
    [[nodiscard]] const Shard& shard(std::string_view key) const noexcept;
    [[nodiscard]] Channel& channel_in(Shard& home, std::string_view key);
    [[nodiscard]] static FramePtr cached_in(const Shard& home, std::string_view key,
                                            std::uint64_t now_ms);

    unsigned threads_;
    std::array<Shard, shards> shards_;
};

}  // namespace reverb
