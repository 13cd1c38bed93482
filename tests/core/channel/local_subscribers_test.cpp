#include "channel/local_subscribers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "channel/channel_name.h"

namespace reverb {
namespace {

class Listener final : public Subscriber {
  public:
    explicit Listener(std::uint32_t number) : Subscriber({number, number}) {}
    void deliver(const FramePtr& frame) override { frames.push_back(frame); }
    void terminate() override {}
    std::vector<FramePtr> frames;
};

std::string key_of(const std::string& channel) {
    return channel_key("app", channel);
}

MemberPtr user(const std::string& id) {
    return std::make_shared<const Member>(Member{id, '"' + id + '"', "{}"});
}

class LocalSubscribersTest : public ::testing::Test {
  protected:
    Directory::Joined join(Subscriber& subscriber, const std::string& channel,
                           const MemberPtr& member = nullptr) {
        return subscribers.subscribe(
            subscriber, key_of(channel), member,
            [this](ThreadMask, ChannelVersion) { ++announced; }, 0);
    }
    Directory::Left leave(Subscriber& subscriber, const std::string& channel) {
        return subscribers.unsubscribe(subscriber, key_of(channel),
                                       [this](ThreadMask, ChannelVersion) { ++announced; });
    }
    std::size_t deliver(const std::string& channel, SocketId except = {},
                        ChannelVersion version = 0) {
        return subscribers.deliver({key_of(channel), frame, except, version});
    }
    [[nodiscard]] bool subscribed(const Subscriber& subscriber, const std::string& channel) const {
        return subscribers.subscribed(subscriber, key_of(channel));
    }
    [[nodiscard]] std::size_t in_directory(const std::string& channel) const {
        return directory.occupancy(key_of(channel)).subscribers;
    }

    FramePtr frame = text_frame("event");
    int announced = 0;
    Directory directory{2};
    LocalSubscribers subscribers{directory, 1};
    Listener a{1};
    Listener b{2};
    Listener c{3};
};

TEST_F(LocalSubscribersTest, KeepTheDirectoryRight) {
    EXPECT_TRUE(join(a, "x").first);
    EXPECT_FALSE(join(b, "x").first);
    EXPECT_EQ(in_directory("x"), 2U);
    EXPECT_EQ(directory.threads(key_of("x")), 2U);
    EXPECT_FALSE(leave(a, "x").last);
    EXPECT_TRUE(leave(b, "x").last);
    EXPECT_EQ(in_directory("x"), 0U);
    EXPECT_EQ(directory.threads(key_of("x")), 0U);
}

TEST_F(LocalSubscribersTest, LookAtOtherThreadsForTheFirstAndTheLast) {
    directory.subscribe(key_of("x"), 0, nullptr, nullptr, 0);
    EXPECT_FALSE(join(a, "x").first);
    EXPECT_FALSE(leave(a, "x").last);
    EXPECT_EQ(in_directory("x"), 1U);
}

TEST_F(LocalSubscribersTest, KnowWhoIsWhere) {
    join(a, "x");
    join(a, "y");
    join(b, "y");
    EXPECT_TRUE(subscribed(a, "x"));
    EXPECT_FALSE(subscribed(b, "x"));
    EXPECT_FALSE(subscribed(a, "z"));
    EXPECT_EQ(subscribers.channels(a), (std::vector{key_of("x"), key_of("y")}));
    EXPECT_TRUE(subscribers.channels(c).empty());
    leave(a, "x");
    EXPECT_FALSE(subscribed(a, "x"));
    EXPECT_EQ(subscribers.channels(a), (std::vector{key_of("y")}));
}

TEST_F(LocalSubscribersTest, KnowWhoIsWhoOnAPresenceChannel) {
    const MemberPtr anna = user("anna");
    join(a, "presence-x", anna);
    join(b, "private-x");
    EXPECT_EQ(subscribers.member(a, key_of("presence-x")), anna);
    EXPECT_EQ(subscribers.member(b, key_of("private-x")), nullptr);
    EXPECT_EQ(subscribers.member(b, key_of("presence-x")), nullptr);
    EXPECT_EQ(subscribers.member(a, key_of("nowhere")), nullptr);
}

TEST_F(LocalSubscribersTest, FindTheConnectionsOfAUserEachOnce) {
    join(a, "presence-x", user("anna"));
    join(a, "presence-y", user("anna"));
    join(b, "presence-y", user("anna"));
    join(c, "presence-y", user("bert"));
    subscribers.subscribe(
        c, channel_key("other", "presence-x"), user("anna"), [](ThreadMask, ChannelVersion) {}, 0);
    auto found = subscribers.of_user("app", "anna");
    std::vector<Subscriber*> expected{&a, &b};
    std::ranges::sort(expected);
    EXPECT_EQ(found, expected);
    EXPECT_TRUE(subscribers.of_user("app", "nobody").empty());
    EXPECT_EQ(subscribers.of_user("other", "anna"), (std::vector<Subscriber*>{&c}));
}

TEST_F(LocalSubscribersTest, DeliverTheVeryFrameToEachOfAChannel) {
    join(a, "x");
    join(b, "x");
    join(c, "y");
    EXPECT_EQ(deliver("x"), 2U);
    EXPECT_EQ(a.frames, (std::vector{frame}));
    EXPECT_EQ(b.frames, (std::vector{frame}));
    EXPECT_TRUE(c.frames.empty());
    EXPECT_EQ(deliver("nowhere"), 0U);
}

TEST_F(LocalSubscribersTest, LeaveOutTheExcludedSocket) {
    join(a, "x");
    join(b, "x");
    EXPECT_EQ(deliver("x", a.id()), 1U);
    EXPECT_TRUE(a.frames.empty());
    EXPECT_EQ(b.frames.size(), 1U);
    EXPECT_EQ(deliver("x", {9, 9}), 2U);
}

// What a subscriber was told of when it subscribed does not come to it once more.
TEST_F(LocalSubscribersTest, LeaveOutThoseWhoKnowAlready) {
    ChannelVersion before = 0;
    directory.keep(key_of("cache-x"), frame, 1,
                   [&](ThreadMask, ChannelVersion version) { before = version; });
    const ChannelVersion known = join(a, "cache-x").version;
    EXPECT_EQ(known, before);
    EXPECT_EQ(deliver("cache-x", {}, before), 0U);
    EXPECT_EQ(deliver("cache-x", {}, before + 1), 1U);
    // Another that came later knows more; the order of places does not matter.
    directory.keep(key_of("cache-x"), frame, 1, [](ThreadMask, ChannelVersion) {});
    join(b, "cache-x");
    EXPECT_EQ(deliver("cache-x", {}, before + 1), 1U);
    leave(a, "cache-x");
    EXPECT_EQ(deliver("cache-x", {}, before + 1), 0U);
    EXPECT_EQ(deliver("cache-x"), 1U);
}

// Each gap is closed with the last one of the list: all orders of leaving three, and who is left
// still gets what comes and is who it was.
TEST_F(LocalSubscribersTest, MayLeaveInAnyOrder) {
    for (const std::string channel : {"x", "presence-x"}) {
        std::vector<std::size_t> order{0, 1, 2};
        do {
            Listener listeners[]{Listener{1}, Listener{2}, Listener{3}};
            const MemberPtr users[]{user("0"), user("1"), user("2")};
            for (std::size_t i = 0; i < 3; ++i) {
                join(listeners[i], channel, channel == "x" ? nullptr : users[i]);
                join(listeners[i], "y");
            }
            std::set<std::size_t> here{0, 1, 2};
            for (const std::size_t leaver : order) {
                leave(listeners[leaver], channel);
                here.erase(leaver);
                for (Listener& listener : listeners) {
                    listener.frames.clear();
                }
                EXPECT_EQ(deliver(channel), here.size());
                for (std::size_t i = 0; i < 3; ++i) {
                    EXPECT_EQ(listeners[i].frames.size(), here.count(i));
                    EXPECT_EQ(subscribed(listeners[i], channel), here.contains(i));
                    EXPECT_EQ(subscribers.member(listeners[i], key_of(channel)),
                              here.contains(i) && channel != "x" ? users[i] : nullptr);
                    EXPECT_TRUE(subscribed(listeners[i], "y"));
                }
            }
            EXPECT_EQ(in_directory(channel), 0U);
            for (const std::size_t leaver : order) {
                leave(listeners[leaver], "y");
            }
            EXPECT_EQ(in_directory("y"), 0U);
        } while (std::next_permutation(order.begin(), order.end()));
    }
}

TEST_F(LocalSubscribersTest, AnnounceNothingToTheOneWhoLeaves) {
    class Announced final : public Subscriber {
      public:
        explicit Announced(LocalSubscribers& all) : Subscriber({7, 7}), all_(all) {}
        void deliver(const FramePtr& /*frame*/) override { ++delivered; }
        void terminate() override {}
        Directory::Announce announce() {
            return [this](ThreadMask, ChannelVersion version) {
                all_.deliver({key_of("presence-x"), text_frame("gone"), {}, version});
            };
        }
        int delivered = 0;

      private:
        LocalSubscribers& all_;
    };
    Announced leaver(subscribers);
    subscribers.subscribe(leaver, key_of("presence-x"), user("anna"), leaver.announce(), 0);
    join(b, "presence-x", user("bert"));
    subscribers.unsubscribe(leaver, key_of("presence-x"), leaver.announce());
    EXPECT_EQ(leaver.delivered, 0);
    EXPECT_EQ(b.frames.size(), 1U);
}

TEST_F(LocalSubscribersTest, MayEndBeforeTheirSubscribers) {
    Listener listener{1};
    {
        LocalSubscribers shorter(directory, 0);
        shorter.subscribe(listener, key_of("x"), nullptr, nullptr, 0);
        shorter.subscribe(listener, key_of("y"), nullptr, nullptr, 0);
    }
    EXPECT_TRUE(listener.frames.empty());
}

TEST_F(LocalSubscribersTest, AgreeWithAModel) {
    constexpr std::uint32_t listeners = 30;
    std::vector<std::string> channels;
    for (int i = 0; i < 4; ++i) {
        const std::string number = std::to_string(i);
        channels.insert(channels.end(),
                        {"x-" + number, "private-cache-" + number, "presence-" + number});
    }
    std::mt19937 random(4'242);
    std::vector<std::unique_ptr<Listener>> all;
    for (std::uint32_t i = 0; i < listeners; ++i) {
        all.push_back(std::make_unique<Listener>(i + 1));
    }
    std::map<std::string, std::set<Listener*>> model;
    const auto leave_all = [&](Listener& listener) {
        for (const std::string& key : subscribers.channels(listener)) {
            const std::string channel(channel_of_key(key));
            EXPECT_EQ(model[channel].erase(&listener), 1U);
            EXPECT_EQ(leave(listener, channel).last, model[channel].empty());
        }
        EXPECT_TRUE(subscribers.channels(listener).empty());
    };
    for (int step = 0; step < 30'000; ++step) {
        const std::uint32_t number = random() % listeners;
        Listener& listener = *all[number];
        const std::string& channel = channels[random() % channels.size()];
        std::set<Listener*>& members = model[channel];
        switch (random() % 8) {
            case 0:
            case 1:
            case 2:
            case 3:
                if (members.contains(&listener)) {
                    members.erase(&listener);
                    ASSERT_EQ(leave(listener, channel).last, members.empty());
                } else {
                    const MemberPtr member =
                        channel.starts_with("presence-") ? user(std::to_string(number)) : nullptr;
                    ASSERT_EQ(join(listener, channel, member).first, members.empty());
                    members.insert(&listener);
                    ASSERT_EQ(subscribers.member(listener, key_of(channel)), member);
                }
                break;
            case 4:
                // A connection that ends, and another in its place.
                leave_all(listener);
                all[number] = std::make_unique<Listener>(number + 1);
                break;
            default: {
                frame = text_frame(std::to_string(step));
                const bool excluded = members.contains(&listener);
                ASSERT_EQ(deliver(channel, listener.id()), members.size() - (excluded ? 1 : 0));
                for (const auto& each : all) {
                    const bool got = !each->frames.empty() && each->frames.back() == frame;
                    ASSERT_EQ(got, members.contains(each.get()) && each.get() != &listener);
                }
            }
        }
        ASSERT_EQ(in_directory(channel), members.size());
        ASSERT_EQ(subscribed(*all[number], channel), members.contains(all[number].get()));
    }
    for (const auto& each : all) {
        leave_all(*each);
    }
    for (const std::string& channel : channels) {
        EXPECT_EQ(in_directory(channel), 0U);
    }
}

// Joining and leaving cost the same however many channels a subscriber has and however many
// subscribers a channel. Quadratic work would take minutes here; the bound is generous for slow
// machines and sanitizers.
TEST_F(LocalSubscribersTest, JoinAndLeaveInConstantTime) {
    constexpr std::uint32_t many = 200'000;
    const auto begun = std::chrono::steady_clock::now();
    for (std::uint32_t i = 0; i < many; ++i) {
        join(a, "channel-" + std::to_string(i));
    }
    for (std::uint32_t i = 0; i < many; ++i) {
        ASSERT_TRUE(leave(a, "channel-" + std::to_string(i)).last);
    }
    std::vector<std::unique_ptr<Listener>> crowd;
    for (std::uint32_t i = 0; i < many; ++i) {
        crowd.push_back(std::make_unique<Listener>(i + 1));
        join(*crowd.back(), "crowd");
    }
    for (const auto& listener : crowd) {
        leave(*listener, "crowd");
    }
    EXPECT_EQ(in_directory("crowd"), 0U);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20));
}

}  // namespace
}  // namespace reverb
