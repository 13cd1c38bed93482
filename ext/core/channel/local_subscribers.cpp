#include "channel/local_subscribers.h"

#include <algorithm>

namespace reverb {

LocalSubscribers::Change LocalSubscribers::subscribe(Subscriber& subscriber, std::string_view key) {
    if (subscribed(subscriber, key)) {
        return Change::none;
    }
    const auto [entry, created] = channels_.try_emplace(std::string(key));
    LocalChannel& channel = entry->second;
    if (created) {
        channel.key_ = &entry->first;
    }
    const auto place = static_cast<std::uint32_t>(channel.places_.size());
    const auto subscription = static_cast<std::uint32_t>(subscriber.subscriptions_.size());
    channel.places_.push_back({&subscriber, subscription});
    subscriber.subscriptions_.push_back({&channel, place});
    return directory_.subscribe(key, thread_) ? Change::first_or_last : Change::changed;
}

LocalSubscribers::Change LocalSubscribers::unsubscribe(Subscriber& subscriber,
                                                       std::string_view key) {
    const LocalChannel* channel = find(key);
    const auto found =
        std::find_if(subscriber.subscriptions_.begin(), subscriber.subscriptions_.end(),
                     [&](const auto& subscription) { return subscription.channel == channel; });
    if (channel == nullptr || found == subscriber.subscriptions_.end()) {
        return Change::none;
    }
    const bool last = directory_.unsubscribe(key, thread_);
    remove(subscriber, static_cast<std::size_t>(found - subscriber.subscriptions_.begin()));
    return last ? Change::first_or_last : Change::changed;
}

// Both lists close the gap with their last element, whose partner is told its new index.
void LocalSubscribers::remove(Subscriber& subscriber, std::size_t subscription) {
    auto& subscriptions = subscriber.subscriptions_;
    LocalChannel& channel = *subscriptions[subscription].channel;
    const std::uint32_t place = subscriptions[subscription].place;

    channel.places_[place] = channel.places_.back();
    channel.places_.pop_back();
    if (place < channel.places_.size()) {
        const LocalChannel::Place& moved = channel.places_[place];
        moved.subscriber->subscriptions_[moved.subscription].place = place;
    }

    subscriptions[subscription] = subscriptions.back();
    subscriptions.pop_back();
    if (subscription < subscriptions.size()) {
        const Subscriber::Subscription& moved = subscriptions[subscription];
        moved.channel->places_[moved.place].subscription = static_cast<std::uint32_t>(subscription);
    }

    if (channel.places_.empty()) {
        channels_.erase(channels_.find(*channel.key_));
    }
}

bool LocalSubscribers::subscribed(const Subscriber& subscriber, std::string_view key) const {
    return std::any_of(subscriber.subscriptions_.begin(), subscriber.subscriptions_.end(),
                       [&](const auto& entry) { return entry.channel->key() == key; });
}

std::vector<std::string> LocalSubscribers::channels(const Subscriber& subscriber) const {
    std::vector<std::string> keys;
    keys.reserve(subscriber.subscriptions_.size());
    for (const auto& subscription : subscriber.subscriptions_) {
        keys.emplace_back(subscription.channel->key());
    }
    return keys;
}

std::size_t LocalSubscribers::deliver(std::string_view key, const FramePtr& frame,
                                      SocketId except) {
    LocalChannel* channel = find(key);
    if (channel == nullptr) {
        return 0;
    }
    std::size_t delivered = 0;
    for (const LocalChannel::Place& place : channel->places_) {
        if (place.subscriber->id() != except) {
            place.subscriber->deliver(frame);
            ++delivered;
        }
    }
    return delivered;
}

LocalChannel* LocalSubscribers::find(std::string_view key) {
    const auto found = channels_.find(key);
    return found == channels_.end() ? nullptr : &found->second;
}

}  // namespace reverb
