// What the directory tells a cluster, and takes from it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "channel/channel_name.h"
#include "channel/directory.h"
#include "support/unescaped.h"

namespace reverb {
namespace {

const std::string key = channel_key("app", "presence-a");
constexpr NodeId other{7};

MemberPtr user(const std::string& id) {
    return std::make_shared<const Member>(Member{id, "\"" + id + "\"", "{}"});
}

// Notes what it is told.
class Link final : public ClusterLink {
  public:
    bool opened(std::string_view) override {
        told.emplace_back("opened");
        return ready;
    }
    void closed(std::string_view) override { told.emplace_back("closed"); }
    void held(std::string_view, const MemberPtr& member) override {
        told.push_back("held " + member->id);
    }
    bool released(std::string_view, const MemberPtr& member) override {
        told.push_back("released " + member->id);
        return stay;
    }
    [[nodiscard]] std::vector<std::string> take() { return std::exchange(told, {}); }

    bool ready = true;
    bool stay = false;
    std::vector<std::string> told;
};

using Told = std::vector<std::string>;

class ClusteredDirectory : public ::testing::Test {
  protected:
    ClusteredDirectory() { directory.join(link); }

    Directory::Joined join(unsigned thread, const MemberPtr& member) {
        return directory.subscribe(
            key, thread, member, [](ThreadMask, ChannelVersion) {}, 0);
    }
    Directory::Left leave(unsigned thread, const MemberPtr& member) {
        return directory.unsubscribe(
            key, thread, member, [](ThreadMask, ChannelVersion) {}, [this] { ++gone; });
    }
    Directory::AnnounceUser note() {
        return [this](const Member& who, bool came, ThreadMask threads, ChannelVersion version) {
            announced.push_back((came ? "+" : "-") + who.id);
            announced_threads = threads;
            announced_version = version;
        };
    }

    Link link;
    Directory directory{4};
    std::vector<std::string> announced;
    int gone = 0;
    ThreadMask announced_threads = 0;
    ChannelVersion announced_version = 0;
};

TEST_F(ClusteredDirectory, TellsOfTheFirstAndTheLastConnectionOfAUser) {
    EXPECT_TRUE(directory.reserve(key, 0));
    EXPECT_TRUE(join(0, user("anna")).user_first);
    directory.unreserve(key);
    join(1, user("anna"));
    EXPECT_EQ(link.take(), (Told{"opened", "held anna"}));
    leave(0, user("anna"));
    EXPECT_EQ(link.take(), Told{});
    leave(1, user("anna"));
    EXPECT_EQ(link.take(), (Told{"released anna", "closed"}));
}

TEST_F(ClusteredDirectory, AChannelIsKeptWhileSomebodyWaitsForIt) {
    link.ready = false;
    EXPECT_FALSE(directory.reserve(key, 1));
    EXPECT_FALSE(directory.reserve(key, 3));
    EXPECT_EQ(directory.occupancy(key).subscribers, 0U);
    EXPECT_TRUE(directory.channels("app", "").empty()) << "nobody is on it yet";
    directory.unreserve(key);
    EXPECT_EQ(link.take(), Told{"opened"});
    EXPECT_EQ(directory.ready(key), ThreadMask{0b1010});
    EXPECT_EQ(directory.ready(key), 0U) << "told once";
    EXPECT_TRUE(directory.reserve(key, 2));
    directory.unreserve(key);
    directory.unreserve(key);
    EXPECT_EQ(link.take(), Told{"closed"});
    EXPECT_EQ(directory.ready(key), 0U) << "it is nobody's any more";
}

TEST_F(ClusteredDirectory, UsersOfOtherNodesAreMembers) {
    EXPECT_TRUE(directory.reserve(key, 0));
    directory.replace(key, {{other, user("olga")}}, note());
    EXPECT_EQ(announced_threads, 0U);
    const auto anna = join(0, user("anna"));
    EXPECT_EQ(testing::unescaped(anna.presence),
              R"({"count":2,"ids":["olga","anna"],"hash":{"olga":{},"anna":{}}})");
    EXPECT_EQ(announced, Told{"+olga"});
    announced.clear();
    directory.hold(key, {other, user("otto")}, note());
    EXPECT_EQ(announced, Told{"+otto"});
    EXPECT_EQ(announced_threads, 1U);
    EXPECT_GT(announced_version, anna.version) << "who was there is told of it";
    directory.hold(key, {other, user("anna")}, note());
    EXPECT_FALSE(leave(0, user("anna")).user_last) << "another node has her";
    EXPECT_EQ(announced, Told{"+otto"});
    directory.release(key, {other, user("anna")}, note());
    EXPECT_EQ(announced, (Told{"+otto", "-anna"}));
    EXPECT_EQ(directory.members(key).size(), 2U);
    EXPECT_TRUE(directory.members_here(key).empty());
}

TEST_F(ClusteredDirectory, AUserThatStaysIsAMemberUntilThatIsSettled) {
    link.stay = true;
    EXPECT_TRUE(directory.reserve(key, 0));
    join(0, user("anna"));
    join(0, user("bert"));
    join(0, user("watcher"));
    EXPECT_FALSE(leave(0, user("anna")).user_last);
    EXPECT_EQ(directory.members(key).size(), 3U);
    EXPECT_FALSE(directory.here(key, "anna"));
    EXPECT_EQ(gone, 0);
    directory.settle(key, *user("anna"), note());
    EXPECT_EQ(announced, Told{"-anna"});
    EXPECT_EQ(gone, 1);
    directory.settle(key, *user("anna"), note());
    EXPECT_EQ(announced, Told{"-anna"}) << "told once";

    leave(0, user("bert"));
    EXPECT_FALSE(join(0, user("bert")).user_first) << "who comes back was never gone";
    directory.settle(key, *user("bert"), note());
    EXPECT_EQ(announced, Told{"-anna"});

    leave(0, user("bert"));
    directory.hold(key, {other, user("bert")}, note());
    directory.settle(key, *user("bert"), note());
    EXPECT_EQ(announced, Told{"-anna"}) << "another node had him";
    EXPECT_EQ(gone, 1);
    directory.release(key, {other, user("bert")}, note());
    EXPECT_EQ(announced, (Told{"-anna", "-bert"}));
    EXPECT_EQ(gone, 1) << "which is that node's to tell";
}

TEST_F(ClusteredDirectory, AllThatStayAreSettledAtOnce) {
    link.stay = true;
    EXPECT_TRUE(directory.reserve(key, 0));
    for (const char* id : {"anna", "bert", "watcher"}) {
        join(0, user(id));
    }
    leave(0, user("anna"));
    leave(0, user("bert"));
    directory.settle(key, note());
    EXPECT_EQ(announced.size(), 2U);
    EXPECT_EQ(gone, 2);
    EXPECT_EQ(directory.members(key).size(), 1U);
}

TEST_F(ClusteredDirectory, TheLastSubscriberIsGoneAtOnce) {
    link.stay = true;
    EXPECT_TRUE(directory.reserve(key, 0));
    join(0, user("anna"));
    directory.unreserve(key);
    EXPECT_TRUE(leave(0, user("anna")).user_last);
    EXPECT_EQ(link.take(), (Told{"opened", "held anna", "released anna", "closed"}));
}

TEST_F(ClusteredDirectory, AUserThatOthersHaveIsNotNewHere) {
    EXPECT_TRUE(directory.reserve(key, 0));
    directory.hold(key, {other, user("anna")}, note());
    EXPECT_FALSE(join(0, user("anna")).user_first);
    EXPECT_EQ(link.take(), (Told{"opened", "held anna"})) << "the others have to know all the same";
    EXPECT_TRUE(directory.here(key, "anna"));
    EXPECT_FALSE(directory.here(key, "olga"));
}

TEST_F(ClusteredDirectory, ChangesOfAChannelThatIsNobodysHereAreNothing) {
    directory.hold(key, {other, user("olga")}, note());
    directory.replace(key, {{other, user("olga")}}, note());
    EXPECT_TRUE(announced.empty());
    EXPECT_TRUE(directory.members(key).empty());
    EXPECT_EQ(link.take(), Told{});
}

}  // namespace
}  // namespace reverb
