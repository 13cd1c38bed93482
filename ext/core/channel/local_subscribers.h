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
#include "channel/fan_out.h"
#include "channel/member.h"
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
    // What presence and cache channels know of a subscriber besides.
    struct Detail {
        MemberPtr member;
        ChannelVersion since;  // the last change it was told of when it subscribed
    };

    const std::string* key_ = nullptr;  // the map's own
    std::vector<Place> places_;
    std::vector<Detail> details_;  // beside places_, or empty where the kind of channel has none
};

class LocalSubscribers {
  public:
    LocalSubscribers(Directory& directory, unsigned thread)
        : directory_(directory), thread_(thread) {}

    // The subscriber must not be subscribed yet. See Directory::subscribe().
    Directory::Joined subscribe(Subscriber& subscriber, std::string_view key,
                                const MemberPtr& member, const Directory::Announce& announce,
                                std::uint64_t now_ms);
    // The subscriber must be subscribed. See Directory::unsubscribe().
    Directory::Left unsubscribe(Subscriber& subscriber, std::string_view key,
                                const Directory::Announce& announce, Presence::Gone gone = nullptr);
    [[nodiscard]] bool subscribed(const Subscriber& subscriber, std::string_view key) const;
    // Who the subscriber is on a presence channel, null on others and where it is not subscribed.
    [[nodiscard]] MemberPtr member(const Subscriber& subscriber, std::string_view key) const;
    [[nodiscard]] std::vector<std::string> channels(const Subscriber& subscriber) const;
    // The subscribers that are this user on any presence channel of the application, each once.
    [[nodiscard]] std::vector<Subscriber*> of_user(std::string_view app_id,
                                                   std::string_view user_id) const;

    // Returns how many were handed the frame: those that are closing count, and do not send it.
    std::size_t deliver(const Broadcast& broadcast);

  private:
    [[nodiscard]] const Subscriber::Subscription* find(const Subscriber& subscriber,
                                                       std::string_view key) const;
    void remove(Subscriber& subscriber, std::size_t subscription);

    Directory& directory_;
    unsigned thread_;
    StringMap<LocalChannel> channels_;
};

}  // namespace reverb
