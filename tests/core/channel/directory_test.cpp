#include "channel/directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "channel/channel_name.h"
#include "support/unescaped.h"

namespace reverb {
namespace {

MemberPtr user(const std::string& id) {
    return std::make_shared<const Member>(Member{id, '"' + id + '"', "{}"});
}

// Remembers what was announced.
struct Announcements {
    Directory::Announce note() {
        return [this](ThreadMask threads, ChannelVersion version) {
            all.emplace_back(threads, version);
        };
    }
    std::vector<std::pair<ThreadMask, ChannelVersion>> all;
};

class DirectoryTest : public ::testing::Test {
  protected:
    Directory::Joined join(const std::string& channel, unsigned thread,
                           const MemberPtr& member = nullptr) {
        return directory.subscribe(channel_key("app", channel), thread, member,
                                   announcements.note(), now);
    }
    Directory::Left leave(const std::string& channel, unsigned thread,
                          const MemberPtr& member = nullptr) {
        return directory.unsubscribe(channel_key("app", channel), thread, member,
                                     announcements.note());
    }
    void keep(const std::string& channel, const FramePtr& event, std::uint64_t until) {
        directory.keep(channel_key("app", channel), event, until, announcements.note());
    }
    [[nodiscard]] FramePtr cached(const std::string& channel) const {
        return directory.cached(channel_key("app", channel), now).event;
    }
    [[nodiscard]] Directory::Occupancy occupancy(const std::string& channel) const {
        return directory.occupancy(channel_key("app", channel));
    }
    [[nodiscard]] ThreadMask threads(const std::string& channel) const {
        return directory.threads(channel_key("app", channel));
    }

    std::uint64_t now = 1'000;
    Announcements announcements;
    Directory directory{Directory::max_threads};
};

TEST_F(DirectoryTest, KnowsTheFirstAndTheLastSubscriber) {
    EXPECT_TRUE(join("a", 0).first);
    EXPECT_FALSE(join("a", 0).first);
    EXPECT_FALSE(join("a", 1).first);
    EXPECT_TRUE(join("b", 1).first);
    EXPECT_EQ(occupancy("a").subscribers, 3U);
    EXPECT_FALSE(leave("a", 0).last);
    EXPECT_FALSE(leave("a", 1).last);
    EXPECT_TRUE(leave("a", 0).last);
    EXPECT_EQ(occupancy("a").subscribers, 0U);
    EXPECT_EQ(occupancy("b").subscribers, 1U);
    EXPECT_TRUE(join("a", 1).first);
    EXPECT_TRUE(announcements.all.empty()) << "there is nothing to tell on such channels";
}

TEST_F(DirectoryTest, KnowsTheThreadsThatHaveSubscribers) {
    EXPECT_EQ(threads("a"), 0U);
    join("a", 0);
    join("a", 63);
    join("a", 63);
    EXPECT_EQ(threads("a"), (ThreadMask{1} << 63U) | 1U);
    leave("a", 63);
    EXPECT_EQ(threads("a"), (ThreadMask{1} << 63U) | 1U);
    leave("a", 63);
    EXPECT_EQ(threads("a"), 1U);
    leave("a", 0);
    EXPECT_EQ(threads("a"), 0U);
}

TEST_F(DirectoryTest, ListsTheChannelsOfAnApplication) {
    join("a-1", 0);
    join("a-1", 1);
    join("presence-a", 0, user("anna"));
    join("presence-a", 0, user("bert"));
    join("presence-a", 0, user("anna"));
    directory.subscribe(channel_key("other", "a-1"), 0, nullptr, nullptr, now);
    directory.subscribe(channel_key("ap", "pa-1"), 0, nullptr, nullptr, now);
    auto all = directory.channels("app", "");
    std::ranges::sort(all, {}, &Directory::Occupancy::name);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].name, "a-1");
    EXPECT_EQ(all[0].subscribers, 2U);
    EXPECT_EQ(all[1].name, "presence-a");
    EXPECT_EQ(all[1].subscribers, 3U);
    EXPECT_EQ(all[1].users, 2U);
    EXPECT_EQ(directory.channels("app", "presence-").size(), 1U);
    EXPECT_TRUE(directory.channels("app", "b").empty());
    EXPECT_TRUE(directory.channels("nobody", "").empty());
}

TEST_F(DirectoryTest, HasAUserOnceHoweverManyConnectionsItHas) {
    EXPECT_TRUE(join("presence-a", 0, user("anna")).user_first);
    EXPECT_FALSE(join("presence-a", 1, user("anna")).user_first);
    EXPECT_TRUE(join("presence-a", 1, user("bert")).user_first);
    EXPECT_EQ(occupancy("presence-a").users, 2U);
    EXPECT_FALSE(leave("presence-a", 0, user("anna")).user_last);
    EXPECT_TRUE(leave("presence-a", 1, user("anna")).user_last);
    const auto left = leave("presence-a", 1, user("bert"));
    EXPECT_TRUE(left.user_last);
    EXPECT_TRUE(left.last);
    EXPECT_EQ(occupancy("presence-a").users, 0U);
}

TEST_F(DirectoryTest, AnnouncesUsersToTheThreadsThatAreThere) {
    join("presence-a", 3, user("anna"));
    join("presence-a", 5, user("bert"));
    join("presence-a", 5, user("anna"));   // nothing new
    leave("presence-a", 3, user("anna"));  // still there
    leave("presence-a", 5, user("anna"));
    ASSERT_EQ(announcements.all.size(), 3U);
    EXPECT_EQ(announcements.all[0].first, ThreadMask{1} << 3U);
    EXPECT_EQ(announcements.all[1].first, ThreadMask{1} << 3U | ThreadMask{1} << 5U);
    EXPECT_EQ(announcements.all[2].first, ThreadMask{1} << 5U);
    EXPECT_LT(announcements.all[0].second, announcements.all[1].second);
    EXPECT_LT(announcements.all[1].second, announcements.all[2].second);
}

// What a subscriber is told when it subscribes, and the version from which on it must be told more.
TEST_F(DirectoryTest, TellsWhoIsThereAndWhatMustStillBeTold) {
    EXPECT_EQ(testing::unescaped(join("presence-a", 0, user("anna")).presence),
              R"({"count":1,"ids":["anna"],"hash":{"anna":{}}})");
    const auto bert = join("presence-a", 0, user("bert"));
    EXPECT_EQ(testing::unescaped(bert.presence),
              R"({"count":2,"ids":["anna","bert"],"hash":{"anna":{},"bert":{}}})");
    EXPECT_EQ(bert.version, announcements.all.back().second) << "it knows of itself";
    const auto again = join("presence-a", 0, user("bert"));
    EXPECT_EQ(again.version, bert.version);
    EXPECT_EQ(again.presence, bert.presence);
    join("presence-a", 0, user("carl"));
    EXPECT_GT(announcements.all.back().second, again.version);
    EXPECT_EQ(testing::unescaped(directory.presence(channel_key("app", "presence-a"))),
              R"({"count":3,"ids":["anna","bert","carl"],"hash":{"anna":{},"bert":{},"carl":{}}})");
    EXPECT_EQ(directory.members(channel_key("app", "presence-a")).size(), 3U);
    EXPECT_TRUE(directory.members(channel_key("app", "presence-b")).empty());
    EXPECT_EQ(directory.presence(channel_key("app", "presence-b")), "");
}

TEST_F(DirectoryTest, KeepsTheLastEventUntilItsTimeIsOver) {
    const FramePtr first = text_frame("1");
    const FramePtr second = text_frame("2");
    EXPECT_EQ(cached("cache-a"), nullptr);
    keep("cache-a", first, now + 100);
    keep("cache-a", second, now + 100);
    EXPECT_EQ(cached("cache-a"), second);
    EXPECT_EQ(cached("cache-b"), nullptr);
    now += 99;
    EXPECT_EQ(cached("cache-a"), second);
    EXPECT_EQ(join("cache-a", 0).cached, second);
    now += 1;
    EXPECT_EQ(cached("cache-a"), nullptr);
    EXPECT_EQ(join("cache-a", 0).cached, nullptr);
}

TEST_F(DirectoryTest, KeepsTheEventThoughNobodyIsThere) {
    const FramePtr event = text_frame("1");
    keep("cache-a", event, now + 100);
    join("cache-a", 0);
    EXPECT_TRUE(leave("cache-a", 0).last);
    EXPECT_EQ(join("cache-a", 1).cached, event);
}

TEST_F(DirectoryTest, ForgetsEventsWhoseTimeIsOver) {
    const FramePtr event = text_frame("1");
    keep("cache-a", event, now + 100);
    keep("cache-b", event, now + 200);
    directory.expire(now + 99);
    EXPECT_EQ(event.use_count(), 3);
    directory.expire(now + 100);
    EXPECT_EQ(event.use_count(), 2);
    directory.expire(now + 200);
    EXPECT_EQ(event.use_count(), 1);
}

TEST_F(DirectoryTest, AnnouncesWhatItKeeps) {
    keep("cache-a", text_frame("1"), now + 100);
    const auto before = join("cache-a", 2);
    EXPECT_EQ(before.version, announcements.all.back().second);
    keep("cache-a", text_frame("2"), now + 100);
    ASSERT_EQ(announcements.all.size(), 2U);
    EXPECT_EQ(announcements.all[0].first, 0U);
    EXPECT_EQ(announcements.all[1].first, ThreadMask{1} << 2U);
    EXPECT_GT(announcements.all[1].second, before.version);
}

TEST_F(DirectoryTest, AgreesWithAModel) {
    constexpr unsigned thread_count = 5;
    std::map<std::string, std::array<std::multiset<std::string>, thread_count>> model;
    std::mt19937 random(7);
    for (int step = 0; step < 50'000; ++step) {
        const std::string channel = "presence-" + std::to_string(random() % 20);
        const unsigned thread = random() % thread_count;
        auto& there = model[channel];
        const auto total = [&there] {
            std::size_t sum = 0;
            for (const auto& on_thread : there) {
                sum += on_thread.size();
            }
            return sum;
        };
        const auto connections_of = [&there](const std::string& id) {
            std::size_t sum = 0;
            for (const auto& on_thread : there) {
                sum += on_thread.count(id);
            }
            return sum;
        };
        if (random() % 2 == 0) {
            const std::string id = std::to_string(random() % 6);
            const auto joined = join(channel, thread, user(id));
            ASSERT_EQ(joined.first, total() == 0);
            ASSERT_EQ(joined.user_first, connections_of(id) == 0);
            there[thread].insert(id);
        } else if (!there[thread].empty()) {
            const std::string id = *there[thread].begin();
            there[thread].erase(there[thread].begin());
            const auto left = leave(channel, thread, user(id));
            ASSERT_EQ(left.last, total() == 0);
            ASSERT_EQ(left.user_last, connections_of(id) == 0);
        }
        ThreadMask mask = 0;
        std::set<std::string> users;
        for (unsigned i = 0; i < thread_count; ++i) {
            mask |= there[i].empty() ? 0 : ThreadMask{1} << i;
            users.insert(there[i].begin(), there[i].end());
        }
        ASSERT_EQ(occupancy(channel).subscribers, total());
        ASSERT_EQ(occupancy(channel).users, users.size());
        ASSERT_EQ(threads(channel), mask);
    }
}

// Whatever the threads do at the same time: of each channel's comings and goings, as many are told
// to be the first as the last; the same of users; and a thread with subscribers is in the mask.
TEST_F(DirectoryTest, IsOneTruthForAllThreads) {
    constexpr unsigned thread_count = 4;
    constexpr std::size_t channels = 3;
    struct Balance {
        std::atomic<int> existing{0};
        std::atomic<int> user_there{0};
    };
    std::array<Balance, channels> balances;
    std::atomic<int> announced{0};
    std::atomic<bool> wrong{false};
    const MemberPtr anna = user("anna");
    const Directory::Announce announce = [&](ThreadMask, ChannelVersion) { ++announced; };
    std::vector<std::thread> workers;
    for (unsigned thread = 0; thread < thread_count; ++thread) {
        workers.emplace_back([&, thread] {
            std::mt19937 random(thread);
            std::array<int, channels> mine{};
            const auto come = [&](std::size_t which, const std::string& key) {
                const auto joined = directory.subscribe(key, thread, anna, announce, 0);
                ++mine.at(which);
                balances.at(which).existing += joined.first ? 1 : 0;
                balances.at(which).user_there += joined.user_first ? 1 : 0;
            };
            const auto go = [&](std::size_t which, const std::string& key) {
                const auto left = directory.unsubscribe(key, thread, anna, announce);
                --mine.at(which);
                balances.at(which).existing -= left.last ? 1 : 0;
                balances.at(which).user_there -= left.user_last ? 1 : 0;
            };
            for (int turn = 0; turn < 20'000; ++turn) {
                const std::size_t which = random() % channels;
                const std::string key = "presence-" + std::to_string(which);
                if (mine.at(which) == 0 || random() % 2 == 0) {
                    come(which, key);
                } else {
                    go(which, key);
                }
                if (mine.at(which) > 0 && (directory.threads(key) >> thread & 1U) == 0) {
                    wrong = true;
                }
            }
            for (std::size_t which = 0; which < channels; ++which) {
                while (mine.at(which) > 0) {
                    go(which, "presence-" + std::to_string(which));
                }
            }
        });
    }
    for (std::thread& worker : workers) {
        worker.join();
    }
    EXPECT_FALSE(wrong) << "a thread with subscribers was not in the mask";
    EXPECT_EQ(announced % 2, 0) << "each user that came went";
    for (std::size_t which = 0; which < channels; ++which) {
        EXPECT_EQ(balances.at(which).existing, 0);
        EXPECT_EQ(balances.at(which).user_there, 0);
        EXPECT_EQ(directory.occupancy("presence-" + std::to_string(which)).subscribers, 0U);
    }
}

}  // namespace
}  // namespace reverb
