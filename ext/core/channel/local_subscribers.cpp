#include "channel/local_subscribers.h"

#include <algorithm>
#include <utility>

#include "channel/channel_name.h"

namespace reverb {

Directory::Joined LocalSubscribers::subscribe(Subscriber& subscriber, std::string_view key,
                                              const MemberPtr& member,
                                              const Directory::Announce& announce,
                                              std::uint64_t now_ms) {
    Directory::Joined joined = directory_.subscribe(key, thread_, member, announce, now_ms);
    const auto [entry, created] = channels_.try_emplace(std::string(key));
    LocalChannel& channel = entry->second;
    if (created) {
        channel.key_ = &entry->first;
    }
    const auto place = static_cast<std::uint32_t>(channel.places_.size());
    const auto subscription = static_cast<std::uint32_t>(subscriber.subscriptions_.size());
    channel.places_.push_back({&subscriber, subscription});
    if (const ChannelKind kind = channel_kind(channel_of_key(key)); kind.presence || kind.cache) {
        channel.details_.push_back({member, joined.version});
    }
    subscriber.subscriptions_.push_back({&channel, place});
    return joined;
}

Directory::Left LocalSubscribers::unsubscribe(Subscriber& subscriber, std::string_view key,
                                              const Directory::Announce& announce,
                                              Presence::Gone gone) {
    const Subscriber::Subscription* subscription = find(subscriber, key);
    const MemberPtr who = member(subscriber, key);
    // First here, so that what the directory announces does not reach the one who left.
    remove(subscriber, static_cast<std::size_t>(subscription - subscriber.subscriptions_.data()));
    return directory_.unsubscribe(key, thread_, who, announce, std::move(gone));
}

// Both lists close the gap with their last element, whose partner is told its new index.
void LocalSubscribers::remove(Subscriber& subscriber, std::size_t subscription) {
    auto& subscriptions = subscriber.subscriptions_;
    LocalChannel& channel = *subscriptions[subscription].channel;
    const std::uint32_t place = subscriptions[subscription].place;

    channel.places_[place] = channel.places_.back();
    channel.places_.pop_back();
    if (!channel.details_.empty()) {
        channel.details_[place] = std::move(channel.details_.back());
        channel.details_.pop_back();
    }
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

const Subscriber::Subscription* LocalSubscribers::find(const Subscriber& subscriber,
                                                       std::string_view key) const {
    const auto channel = channels_.find(key);
    if (channel == channels_.end()) {
        return nullptr;
    }
    // By the shorter of the two lists: whoever subscribes to thousands of channels of its own
    // does not have each of them looked through.
    const auto& subscriptions = subscriber.subscriptions_;
    const auto& places = channel->second.places_;
    if (places.size() < subscriptions.size()) {
        const auto place = std::ranges::find(places, &subscriber, &LocalChannel::Place::subscriber);
        return place == places.end() ? nullptr : &subscriptions[place->subscription];
    }
    const auto found =
        std::ranges::find(subscriptions, &channel->second, &Subscriber::Subscription::channel);
    return found == subscriptions.end() ? nullptr : &*found;
}

bool LocalSubscribers::subscribed(const Subscriber& subscriber, std::string_view key) const {
    return find(subscriber, key) != nullptr;
}

MemberPtr LocalSubscribers::member(const Subscriber& subscriber, std::string_view key) const {
    const Subscriber::Subscription* subscription = find(subscriber, key);
    return subscription == nullptr || subscription->channel->details_.empty()
               ? nullptr
               : subscription->channel->details_[subscription->place].member;
}

std::vector<std::string> LocalSubscribers::channels(const Subscriber& subscriber) const {
    std::vector<std::string> keys;
    keys.reserve(subscriber.subscriptions_.size());
    for (const auto& subscription : subscriber.subscriptions_) {
        keys.emplace_back(subscription.channel->key());
    }
    return keys;
}

std::vector<Subscriber*> LocalSubscribers::of_user(std::string_view app_id,
                                                   std::string_view user_id) const {
    const std::string prefix = channel_key(app_id, {});
    std::vector<Subscriber*> found;
    for (const auto& [key, channel] : channels_) {
        if (!key.starts_with(prefix)) {
            continue;
        }
        for (std::size_t place = 0; place < channel.details_.size(); ++place) {
            const MemberPtr& member = channel.details_[place].member;
            if (member != nullptr && member->id == user_id) {
                found.push_back(channel.places_[place].subscriber);
            }
        }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

std::size_t LocalSubscribers::deliver(const Broadcast& broadcast) {
    const auto found = channels_.find(broadcast.key);
    if (found == channels_.end()) {
        return 0;
    }
    const LocalChannel& channel = found->second;
    std::size_t delivered = 0;
    for (std::size_t place = 0; place < channel.places_.size(); ++place) {
        Subscriber& subscriber = *channel.places_[place].subscriber;
        const bool told =
            broadcast.version != 0 && broadcast.version <= channel.details_[place].since;
        if (!told && subscriber.id() != broadcast.except) {
            subscriber.deliver(broadcast.frame);
            ++delivered;
        }
    }
    return delivered;
}

}  // namespace reverb
