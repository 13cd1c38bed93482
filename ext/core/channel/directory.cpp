#include "channel/directory.h"

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
    }
    return found->second;
}

FramePtr Directory::cached_in(const Shard& home, std::string_view key, std::uint64_t now_ms) {
    const auto found = home.cache.find(key);
    return found == home.cache.end() || found->second.expires_ms <= now_ms ? nullptr
                                                                           : found->second.event;
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
        joined.user_first = channel.presence->join(member);
        joined.presence = channel.presence->json();
        if (joined.user_first) {
            announce(channel.threads, ++home.version);
        }
    }
    joined.version = home.version;
    joined.cached = cached_in(home, key, now_ms);
    return joined;
}

Directory::Left Directory::unsubscribe(std::string_view key, unsigned thread,
                                       const MemberPtr& member, const Announce& announce) {
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
        left.user_last = channel.presence->leave(*member);
        if (left.user_last) {
            announce(channel.threads, ++home.version);
        }
    }
    if (left.last) {
        home.channels.erase(found);
    }
    return left;
}

std::string Directory::presence(std::string_view key) {
    Shard& home = shard(key);
    const std::scoped_lock lock(home.mutex);
    const auto found = home.channels.find(key);
    return found == home.channels.end() || found->second.presence == nullptr
               ? std::string()
               : found->second.presence->json();
}

void Directory::keep(std::string_view key, const FramePtr& event, std::uint64_t expires_ms,
                     const Announce& announce) {
    Shard& home = shard(key);
    const std::scoped_lock lock(home.mutex);
    home.cache.insert_or_assign(std::string(key), Cached{event, expires_ms});
    const auto found = home.channels.find(key);
    announce(found == home.channels.end() ? 0 : found->second.threads, ++home.version);
}

FramePtr Directory::cached(std::string_view key, std::uint64_t now_ms) const {
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
            if (key.starts_with(wanted)) {
                all.push_back(occupancy_of(key, channel.total, channel.presence.get()));
            }
        }
    }
    return all;
}

std::string Directory::user_ids(std::string_view key) const {
    const Shard& home = shard(key);
    const std::scoped_lock lock(home.mutex);
    const auto found = home.channels.find(key);
    return found == home.channels.end() || found->second.presence == nullptr
               ? "[]"
               : found->second.presence->ids_json();
}

}  // namespace reverb
