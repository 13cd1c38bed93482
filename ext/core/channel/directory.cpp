#include "channel/directory.h"

#include <type_traits>
#include <utility>

#include "channel/channel_name.h"

namespace reverb {

namespace {

Directory::Occupancy occupancy_of(std::string_view key, std::size_t subscribers,
                                  const Presence* presence) {
    return {std::string(channel_of_key(key)), subscribers,
            presence == nullptr ? 0 : presence->users()};
}

}  // namespace

Directory::Shard& Directory::shard(std::string_view key) noexcept {
    return shards_[StringHash{}(key) % shards];
}

const Directory::Shard& Directory::shard(std::string_view key) const noexcept {
    return shards_[StringHash{}(key) % shards];
}

Directory::Channel& Directory::channel_in(Shard& home, std::string_view key) {
    auto found = home.channels.find(key);
    if (found == home.channels.end()) {
        found = home.channels.emplace(key, Channel{}).first;
        found->second.by_thread.resize(threads_);
        if (link_ != nullptr) {
            found->second.is_ready = link_->opened(key);
        }
    }
    return found->second;
}

void Directory::remove_if_unused(Shard& home, std::string_view key) {
    const auto found = home.channels.find(key);
    if (found != home.channels.end() && found->second.total == 0 && found->second.reserved == 0) {
        home.channels.erase(found);
        if (link_ != nullptr) {
            link_->closed(key);
        }
    }
}

Directory::Cached Directory::cached_in(const Shard& home, std::string_view key,
                                       std::uint64_t now_ms) {
    const auto found = home.cache.find(key);
    return found == home.cache.end() || found->second.expires_ms <= now_ms ? Cached{}
                                                                           : found->second;
}

Directory::Joined Directory::subscribe(std::string_view key, unsigned thread,
                                       const MemberPtr& member, const Announce& announce,
                                       std::uint64_t now_ms) {
    Shard& home = shard(key);
    const std::scoped_lock lock(home.mutex);
    Channel& channel = channel_in(home, key);
    Joined joined;
    joined.first = channel.total++ == 0;
    ++channel.by_thread[thread];
    channel.threads |= ThreadMask{1} << thread;
    if (member != nullptr) {
        if (channel.presence == nullptr) {
            channel.presence = std::make_unique<Presence>();
        }
        if (link_ != nullptr && !channel.presence->here(member->id)) {
            link_->held(key, member);
        }
        joined.user_first = channel.presence->join(member);
        joined.presence = channel.presence->list();
        if (joined.user_first) {
            announce(channel.threads, ++home.version);
        }
    }
    joined.version = home.version;
    joined.cached = cached_in(home, key, now_ms).event;
    return joined;
}

Directory::Left Directory::unsubscribe(std::string_view key, unsigned thread,
                                       const MemberPtr& member, const Announce& announce,
                                       Presence::Gone gone) {
    Shard& home = shard(key);
    const std::scoped_lock lock(home.mutex);
    const auto found = home.channels.find(key);
    if (found == home.channels.end()) {
        return {};
    }
    Channel& channel = found->second;
    if (--channel.by_thread[thread] == 0) {
        channel.threads &= ~(ThreadMask{1} << thread);
    }
    Left left;
    left.last = --channel.total == 0;
    if (member != nullptr && channel.presence != nullptr) {
        const bool released = link_ != nullptr && channel.presence->connections(member->id) == 1 &&
                              link_->released(key, member);
        // Where nobody is left to be told, there is nothing to wait for.
        if (released && !left.last) {
            channel.presence->leave(*member, gone ? std::move(gone) : Presence::Gone([] {}));
        } else {
            left.user_last = channel.presence->leave(*member);
        }
        if (left.user_last) {
            announce(channel.threads, ++home.version);
        }
    }
    if (left.last) {
        remove_if_unused(home, key);
    }
    return left;
}

bool Directory::reserve(std::string_view key, unsigned thread) {
    Shard& home = shard(key);
    const std::scoped_lock lock(home.mutex);
    Channel& channel = channel_in(home, key);
    ++channel.reserved;
    if (!channel.is_ready) {
        channel.waiting |= ThreadMask{1} << thread;
    }
    return channel.is_ready;
}

void Directory::unreserve(std::string_view key) {
    Shard& home = shard(key);
    const std::scoped_lock lock(home.mutex);
    if (const auto found = home.channels.find(key); found != home.channels.end()) {
        --found->second.reserved;
        remove_if_unused(home, key);
    }
}

ThreadMask Directory::ready(std::string_view key) {
    Shard& home = shard(key);
    const std::scoped_lock lock(home.mutex);
    const auto found = home.channels.find(key);
    if (found == home.channels.end()) {
        return 0;
    }
    found->second.is_ready = true;
    return std::exchange(found->second.waiting, 0);
}

template <typename Change>
void Directory::change_presence(std::string_view key, const Change& change) {
    Shard& home = shard(key);
    const std::scoped_lock lock(home.mutex);
    const auto found = home.channels.find(key);
    if (found == home.channels.end()) {
        return;
    }
    Channel& channel = found->second;
    if (channel.presence == nullptr) {
        channel.presence = std::make_unique<Presence>();
    }
    change(home, channel);
}

void Directory::hold(std::string_view key, const Holding& holding, const AnnounceUser& announce) {
    change_presence(key, [&](Shard& home, Channel& channel) {
        if (channel.presence->join(holding.node, holding.member)) {
            announce(*holding.member, true, channel.threads, ++home.version);
        }
    });
}

void Directory::release(std::string_view key, const Holding& holding,
                        const AnnounceUser& announce) {
    change_presence(key, [&](Shard& home, Channel& channel) {
        if (channel.presence->leave(holding.node, *holding.member)) {
            announce(*holding.member, false, channel.threads, ++home.version);
        }
    });
}

void Directory::settle(std::string_view key, const Member& member, const AnnounceUser& announce) {
    change_presence(key, [&](Shard& home, Channel& channel) {
        if (channel.presence->settle(member)) {
            announce(member, false, channel.threads, ++home.version);
        }
    });
}

void Directory::settle(std::string_view key, const AnnounceUser& announce) {
    change_presence(key, [&](Shard& home, Channel& channel) {
        for (const MemberPtr& user : channel.presence->settle()) {
            announce(*user, false, channel.threads, ++home.version);
        }
    });
}

void Directory::replace(std::string_view key, const std::vector<Holding>& holdings,
                        const AnnounceUser& announce) {
    change_presence(key, [&](Shard& home, Channel& channel) {
        const Presence::Changes changes = channel.presence->replace(holdings);
        for (const MemberPtr& user : changes.gone) {
            announce(*user, false, channel.threads, ++home.version);
        }
        for (const MemberPtr& user : changes.came) {
            announce(*user, true, channel.threads, ++home.version);
        }
    });
}

void Directory::keep(std::string_view key, const FramePtr& event, std::uint64_t expires_ms,
                     const Announce& announce) {
    Shard& home = shard(key);
    const std::scoped_lock lock(home.mutex);
    home.cache.insert_or_assign(std::string(key), Cached{event, expires_ms});
    const auto found = home.channels.find(key);
    announce(found == home.channels.end() ? 0 : found->second.threads, ++home.version);
}

Directory::Cached Directory::cached(std::string_view key, std::uint64_t now_ms) const {
    const Shard& home = shard(key);
    const std::scoped_lock lock(home.mutex);
    return cached_in(home, key, now_ms);
}

void Directory::expire(std::uint64_t now_ms) {
    for (Shard& home : shards_) {
        const std::scoped_lock lock(home.mutex);
        std::erase_if(home.cache,
                      [&](const auto& entry) { return entry.second.expires_ms <= now_ms; });
    }
}

ThreadMask Directory::threads(std::string_view key) const {
    const Shard& home = shard(key);
    const std::scoped_lock lock(home.mutex);
    const auto found = home.channels.find(key);
    return found == home.channels.end() ? 0 : found->second.threads;
}

Directory::Occupancy Directory::occupancy(std::string_view key) const {
    const Shard& home = shard(key);
    const std::scoped_lock lock(home.mutex);
    const auto found = home.channels.find(key);
    return found == home.channels.end()
               ? occupancy_of(key, 0, nullptr)
               : occupancy_of(key, found->second.total, found->second.presence.get());
}

std::vector<Directory::Occupancy> Directory::channels(std::string_view app_id,
                                                      std::string_view prefix) const {
    const std::string wanted = channel_key(app_id, prefix);
    std::vector<Occupancy> all;
    for (const Shard& home : shards_) {
        const std::scoped_lock lock(home.mutex);
        for (const auto& [key, channel] : home.channels) {
            if (channel.total > 0 && key.starts_with(wanted)) {
                all.push_back(occupancy_of(key, channel.total, channel.presence.get()));
            }
        }
    }
    return all;
}

template <typename Read>
auto Directory::read_presence(std::string_view key, const Read& read) const {
    const Shard& home = shard(key);
    const std::scoped_lock lock(home.mutex);
    const auto found = home.channels.find(key);
    return found == home.channels.end() || found->second.presence == nullptr
               ? std::invoke_result_t<Read, Presence&>()
               : read(*found->second.presence);
}

std::string Directory::presence(std::string_view key) const {
    return read_presence(key, [](Presence& presence) { return presence.list(); });
}

bool Directory::here(std::string_view key, std::string_view user_id) const {
    return read_presence(key, [&](const Presence& presence) { return presence.here(user_id); });
}

std::vector<MemberPtr> Directory::members(std::string_view key) const {
    return read_presence(key, [](const Presence& presence) { return presence.members(); });
}

std::vector<MemberPtr> Directory::members_here(std::string_view key) const {
    return read_presence(key, [](const Presence& presence) { return presence.members_here(); });
}

}  // namespace reverb
