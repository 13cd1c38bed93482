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
#include "channel/cluster_link.h"
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

    // The same for a user that came to, or went from, other nodes.
    using AnnounceUser = std::function<void(const Member& user, bool came, ThreadMask threads,
                                            ChannelVersion version)>;

    struct Joined {
        bool first = false;       // the channel had no subscriber before
        bool user_first = false;  // the member's user was not there before
        ChannelVersion version = 0;
        std::string presence;  // the members, see Presence::list(); empty unless a presence channel
        FramePtr cached;       // the event held by a cache channel, or null
    };
    struct Left {
        bool last = false;       // the channel has no subscriber now
        bool user_last = false;  // the member's user is gone
    };
    // What a cache channel holds. It outlives the channel's subscribers.
    struct Cached {
        FramePtr event;  // null: nothing
        std::uint64_t expires_ms = 0;
    };
    // A channel as the HTTP API shows it.
    struct Occupancy {
        std::string name;
        std::size_t subscribers = 0;
        std::size_t users = 0;
    };

    explicit Directory(unsigned threads) : threads_(threads) {}

    // Before anything else is called: this node is one of several.
    void join(ClusterLink& link) noexcept { link_ = &link; }

    // `member` is null but on presence channels; `announce` is called when its user is new.
    Joined subscribe(std::string_view key, unsigned thread, const MemberPtr& member,
                     const Announce& announce, std::uint64_t now_ms);
    // The thread must have such a subscriber. `announce` is called when the member's user is gone.
    // On a node of several it may stay until other nodes are known not to have it either: then
    // `gone` is called when that is so, with the channel locked.
    Left unsubscribe(std::string_view key, unsigned thread, const MemberPtr& member,
                     const Announce& announce, Presence::Gone gone = nullptr);
    // The members as they are now, see Presence::list(); empty unless a presence channel.
    [[nodiscard]] std::string presence(std::string_view key) const;

    // On a node of several, before subscribe(): keeps the channel for a subscription to come. False
    // where it has to wait until ready() names its thread. Each needs an unreserve(), which comes
    // after the subscribe() where that is done.
    [[nodiscard]] bool reserve(std::string_view key, unsigned thread);
    void unreserve(std::string_view key);
    // The channel can be subscribed to. Returns the threads with somebody who waits for that.
    ThreadMask ready(std::string_view key);

    // Changes of who has the users of a presence channel, on other nodes. Nothing happens where the
    // channel is nobody's here.
    void hold(std::string_view key, const Holding& holding, const AnnounceUser& announce);
    void release(std::string_view key, const Holding& holding, const AnnounceUser& announce);
    // A user that stayed when its last connection here left: it is gone unless others have it.
    void settle(std::string_view key, const Member& member, const AnnounceUser& announce);
    // All that stayed.
    void settle(std::string_view key, const AnnounceUser& announce);
    void replace(std::string_view key, const std::vector<Holding>& holdings,
                 const AnnounceUser& announce);
    // Whether the user has a connection here on the channel.
    [[nodiscard]] bool here(std::string_view key, std::string_view user_id) const;
    // The users of a presence channel: all, and those with a connection here.
    [[nodiscard]] std::vector<MemberPtr> members(std::string_view key) const;
    [[nodiscard]] std::vector<MemberPtr> members_here(std::string_view key) const;

    // Keeps the event for later subscribers of a cache channel until then, in place of an earlier
    // one, and announces it.
    void keep(std::string_view key, const FramePtr& event, std::uint64_t expires_ms,
              const Announce& announce);
    [[nodiscard]] Cached cached(std::string_view key, std::uint64_t now_ms) const;
    // Forgets the events whose time is over.
    void expire(std::uint64_t now_ms);

    [[nodiscard]] ThreadMask threads(std::string_view key) const;
    [[nodiscard]] Occupancy occupancy(std::string_view key) const;
    // The channels of an application whose names begin with `prefix`.
    [[nodiscard]] std::vector<Occupancy> channels(std::string_view app_id,
                                                  std::string_view prefix) const;

  private:
    struct Channel {
        std::size_t total = 0;
        std::size_t reserved = 0;  // subscriptions to come
        ThreadMask threads = 0;
        ThreadMask waiting = 0;  // with somebody who waits until it is ready
        bool is_ready = true;
        std::vector<std::uint32_t> by_thread;
        std::unique_ptr<Presence> presence;
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
    void remove_if_unused(Shard& home, std::string_view key);
    // Calls with the channel's presence, locked; does nothing where the channel is nobody's.
    template <typename Change>
    void change_presence(std::string_view key, const Change& change);
    // What it returns, of the channel's presence, locked; a default where there is none.
    template <typename Read>
    [[nodiscard]] auto read_presence(std::string_view key, const Read& read) const;
    [[nodiscard]] static Cached cached_in(const Shard& home, std::string_view key,
                                          std::uint64_t now_ms);

    unsigned threads_;
    ClusterLink* link_ = nullptr;
    std::array<Shard, shards> shards_;
};

}  // namespace reverb
