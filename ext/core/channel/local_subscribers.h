// The subscribers of one I/O thread, by channel: joins and leaves in O(1), delivers a frame to all
// of a channel. Owned by that thread and used on it alone; keeps the process-wide directory right.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/frame.h"
#include "base/string_hash.h"
#include "channel/directory.h"
#include "channel/subscriber.h"

namespace reverb {

class LocalChannel {
  public:
    [[nodiscard]] std::string_view key() const noexcept { return *key_; }

  private:
    friend class LocalSubscribers;
    struct Place {
        Subscriber* subscriber;
        std::uint32_t subscription;  // index in the subscriber's own list
    };

    const std::string* key_ = nullptr;  // the map's own
    std::vector<Place> places_;
};

class LocalSubscribers {
  public:
    enum class Change : std::uint8_t { none, changed, first_or_last };

    LocalSubscribers(Directory& directory, unsigned thread)
        : directory_(directory), thread_(thread) {}

    // `first_or_last`: the channel had no subscriber on any thread before.
    Change subscribe(Subscriber& subscriber, std::string_view key);
    // `first_or_last`: it has none on any thread now.
    Change unsubscribe(Subscriber& subscriber, std::string_view key);
    [[nodiscard]] bool subscribed(const Subscriber& subscriber, std::string_view key) const;
    [[nodiscard]] std::vector<std::string> channels(const Subscriber& subscriber) const;

    // Returns how many got the frame.
    std::size_t deliver(std::string_view key, const FramePtr& frame, SocketId except);

  private:
    [[nodiscard]] LocalChannel* find(std::string_view key);
    void remove(Subscriber& subscriber, std::size_t subscription);

    Directory& directory_;
    unsigned thread_;
    StringMap<LocalChannel> channels_;
};

}  // namespace reverb
