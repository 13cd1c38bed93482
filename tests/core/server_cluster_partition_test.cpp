// Nodes that reach some masters of a Redis Cluster and one not, which all others do.
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "channel/channel_name.h"
#include "cluster/names.h"
#include "cluster/presence_scripts.h"
#include "support/follower.h"
#include "support/redis_cluster.h"

namespace reverb {
namespace {

using std::chrono::seconds;
using testing::eventually;
using testing::Follower;
using testing::RedisClusterServers;
using testing::TestServer;

using Names = std::set<std::string>;

class ClusterPartition : public ::testing::Test {
  protected:
    ClusterPartition() {
        for (std::size_t master = 0; master < masters; ++master) {
            redis_.server(master).ask(
                {"ACL", "SETUSER", "remote", "on", ">secret", "~*", "&*", "+@all"});
        }
    }

    // One that is cut off together with all others of that user.
    [[nodiscard]] std::unique_ptr<TestServer> node(const std::string& user = {}) const {
        return std::make_unique<TestServer>([&](ServerConfig& config) {
            config.scaling.enabled = true;
            config.scaling.redis = redis_.config();
            if (!user.empty()) {
                config.scaling.redis.username = user;
                config.scaling.redis.password = "secret";
            }
        });
    }
    void cut(std::size_t master) const {
        redis_.server(master).ask({"ACL", "SETUSER", "remote", "off"});
        redis_.server(master).ask({"CLIENT", "KILL", "USER", "remote"});
    }
    void mend(std::size_t master) const {
        redis_.server(master).ask({"ACL", "SETUSER", "remote", "on"});
    }
    // When the node was last heard of; 0 for never.
    [[nodiscard]] double heard_of(const TestServer& node) const {
        const RedisReply score =
            redis_.server(has_nodes_)
                .ask({"ZSCORE", names_.nodes(), node->stats().cluster->node.text()});
        return score.text.empty() ? 0 : std::stod(score.text);
    }

    [[nodiscard]] std::size_t master_of(const std::string& channel) const {
        return RedisClusterServers::index_of(
            names_.bucket(channel_key(testing::test_application().id, channel)));
    }
    // A presence channel of another master.
    [[nodiscard]] std::string room_outside(std::size_t master) const {
        std::string room = "presence-room";
        while (master_of(room) == master) {
            room += "-";
        }
        return room;
    }

    static constexpr std::size_t masters = 3;
    RedisClusterServers redis_;
    ClusterNames names_{"", "reverb"};
    std::size_t has_nodes_ = RedisClusterServers::index_of(names_.nodes());
    std::size_t has_not_ = (has_nodes_ + 1) % masters;
};

TEST_F(ClusterPartition, ANodeLivesThatHasNeverReachedOneOfTheMasters) {
    cut(has_not_);
    const auto remote = node("remote");
    ASSERT_TRUE(eventually([&] { return heard_of(*remote) > 0; }, seconds(4)))
        << "the others see at once what it has";
    const double first = heard_of(*remote);
    EXPECT_TRUE(eventually([&] { return heard_of(*remote) > first; }, seconds(10)));
    EXPECT_FALSE((*remote)->stats().cluster->up);
}

TEST_F(ClusterPartition, ANodeKnowsTheMembersOfChannelsWhoseMasterItReaches) {
    const auto near = node();
    ASSERT_TRUE(eventually([&] { return (*near)->stats().cluster->up; }));
    const std::string room = room_outside(has_not_);
    const Follower here(near->port(), room, "here");
    cut(has_not_);
    const auto remote = node("remote");
    const Follower there(remote->port(), room, "there");
    const Names both{"here", "there"};
    EXPECT_TRUE(
        eventually([&] { return here.members() == both && there.members() == both; }, seconds(10)));
    // Also after it did not reach that one either.
    cut(master_of(room));
    const Follower later(near->port(), room, "later");
    mend(master_of(room));
    EXPECT_TRUE(eventually([&] { return there.members().contains("later"); }, seconds(10)));
    EXPECT_FALSE((*remote)->stats().cluster->up);
}

TEST_F(ClusterPartition, ANodeThatCannotSayThatItLivesIsTakenForDeadOnce) {
    const auto near = node();
    const auto remote = node("remote");
    ASSERT_TRUE(eventually([&] { return (*near)->stats().cluster->up; }));
    ASSERT_TRUE(eventually([&] { return (*remote)->stats().cluster->up; }));
    const std::string room = room_outside(has_nodes_);
    const Follower here(near->port(), room, "here");
    const Follower there(remote->port(), room, "there");
    ASSERT_TRUE(eventually([&] { return here.members() == Names{"here", "there"}; }));

    cut(has_nodes_);
    ASSERT_TRUE(eventually([&] { return !(*remote)->stats().cluster->up; }));
    // What the other node does after 20 to 30 s.
    const std::string key = channel_key(near->application().id, room);
    std::vector<std::string> command{"EVAL", presence_scripts::drop().text, "1",
                                     names_.presence(key)};
    for (std::string& argument : presence_scripts::drop_arguments(
             {"SPUBLISH", names_.bucket(key), key}, (*remote)->stats().cluster->node)) {
        command.push_back(std::move(argument));
    }
    EXPECT_EQ(redis_.server(master_of(room)).ask({command.begin(), command.end()}).integer, 1);
    ASSERT_TRUE(eventually([&] { return here.members() == Names{"here"}; }));
    std::this_thread::sleep_for(seconds(3));
    EXPECT_EQ(here.moves("there"), (std::pair{1U, 1U}))
        << "it would be taken for dead again, and again";

    mend(has_nodes_);
    EXPECT_TRUE(eventually([&] { return here.members() == Names{"here", "there"}; }));
    EXPECT_GT(heard_of(*remote), 0);
    EXPECT_EQ(here.moves("there"), (std::pair{2U, 1U}));
    EXPECT_EQ(there.moves("there"), (std::pair{0U, 0U}));
    EXPECT_EQ(there.moves("here"), (std::pair{0U, 0U}));
    for (const Follower* follower : {&here, &there}) {
        EXPECT_EQ(follower->faults(), std::vector<std::string>{});
    }
}

}  // namespace
}  // namespace reverb
