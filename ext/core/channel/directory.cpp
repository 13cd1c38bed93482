#include "channel/directory.h"

namespace reverb {

Directory::Shard& Directory::shard(std::string_view key) noexcept {
    return shards_[StringHash{}(key) % shards];
}

const Directory::Shard& Directory::shard(std::string_view key) const noexcept {
    return shards_[StringHash{}(key) % shards];
}

bool Directory::subscribe(std::string_view key, unsigned thread) {
    Shard& home = shard(key);
    const std::scoped_lock lock(home.mutex);
    auto found = home.channels.find(key);
    if (found == home.channels.end()) {
        found = home.channels.emplace(key, Channel{}).first;
        found->second.by_thread.resize(threads_);
    }
    Channel& channel = found->second;
    ++channel.by_thread[thread];
    channel.threads |= ThreadMask{1} << thread;
    return channel.total++ == 0;
}

bool Directory::unsubscribe(std::string_view key, unsigned thread) {
    Shard& home = shard(key);
    const std::scoped_lock lock(home.mutex);
    const auto found = home.channels.find(key);
    if (found == home.channels.end()) {
        return false;
    }
    Channel& channel = found->second;
    if (--channel.by_thread[thread] == 0) {
        channel.threads &= ~(ThreadMask{1} << thread);
    }
    if (--channel.total > 0) {
        return false;
    }
    home.channels.erase(found);
    return true;
}

ThreadMask Directory::threads(std::string_view key) const {
    const Shard& home = shard(key);
    const std::scoped_lock lock(home.mutex);
    const auto found = home.channels.find(key);
    return found == home.channels.end() ? 0 : found->second.threads;
}

std::size_t Directory::subscribers(std::string_view key) const {
    const Shard& home = shard(key);
    const std::scoped_lock lock(home.mutex);
    const auto found = home.channels.find(key);
    return found == home.channels.end() ? 0 : found->second.total;
}

}  // namespace reverb
