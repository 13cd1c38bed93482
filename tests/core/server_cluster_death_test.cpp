// Nodes that end without goodbye, and such as only seem to.
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cluster/names.h"
#include "support/follower.h"
#include "support/node_process.h"
#include "support/test_cluster.h"

namespace reverb {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::ask_api;
using testing::enter;
using testing::eventually;
using testing::Follower;
using testing::NodeProcess;
using testing::TestCluster;
using testing::TestServer;
using testing::users_in;
using testing::WebSocketClient;

constexpr const char* room = "presence-room";
using Names = std::set<std::string>;

TEST(ClusterDeath, TheOthersSayOnceThatTheMembersOfAKilledNodeAreGone) {
    TestCluster cluster(0);
    for (int node = 0; node < 2; ++node) {
        cluster.add([](ServerConfig& config) {
            config.scaling.connections_of_cluster = true;
            config.apps.front().max_connections = 5;
        });
    }
    cluster.wait_until_up();
    NodeProcess killed(cluster.redis.port());
    const Follower here(cluster[0].port(), room, "here");
    const Follower there(cluster[1].port(), room, "there");
    WebSocketClient anna(killed.port());
    WebSocketClient bert(killed.port());
    WebSocketClient bert_too(cluster[1].port());
    for (auto [client, user] :
         {std::pair{&anna, "anna"}, std::pair{&bert, "bert"}, std::pair{&bert_too, "bert"}}) {
        (void)enter(client->greeted(), room, user);
    }
    const Names before{"here", "there", "anna", "bert"};
    ASSERT_TRUE(eventually([&] { return here.members() == before && there.members() == before; }));
    ASSERT_TRUE(eventually(
        [&] { return ask_api(cluster[0], "/connections").body == R"({"connections":5})"; }));
    // Where the connections of the cluster are counted, those of the third node count too.
    ASSERT_TRUE(eventually(
        [&] { return WebSocketClient(cluster[0].port()).event().detail("code") == "4004"; }));

    killed.kill();
    const auto at = steady_clock::now();
    const Names after{"here", "there", "bert"};
    // 20 to 30 s, by when each has last beaten; the rest is for a machine under load.
    ASSERT_TRUE(eventually([&] { return here.members() == after && there.members() == after; },
                           seconds(35)));
    const auto took = steady_clock::now() - at;
    RecordProperty("seconds", static_cast<int>(std::chrono::duration_cast<seconds>(took).count()));
    // A node that is merely slow is not taken for dead.
    EXPECT_GT(took, seconds(18));
    EXPECT_EQ(ask_api(cluster[0], "/connections").body, R"({"connections":3})");
    EXPECT_EQ(cluster[0].connect()->greeting().name, "pusher:connection_established");
    EXPECT_EQ(users_in(ask_api(cluster[0], "/channels/presence-room/users").body), after);
    std::this_thread::sleep_for(seconds(1));
    for (const Follower* watcher : {&here, &there}) {
        EXPECT_EQ(watcher->moves("anna"), (std::pair{1U, 1U}));
        EXPECT_EQ(watcher->moves("bert"), (std::pair{1U, 0U}));
        EXPECT_EQ(watcher->faults(), std::vector<std::string>{});
    }
}

TEST(ClusterLoad, ANodeThatStartsKnowsSoonHowManyConnectionsTheOthersHave) {
    TestCluster cluster(0);
    const auto add = [&]() -> const TestServer& {
        return cluster.add([](ServerConfig& config) {
            config.scaling.connections_of_cluster = true;
            config.apps.front().max_connections = 2;
        });
    };
    const TestServer& first = add();
    cluster.wait_until_up();
    const auto one = first.connect();
    const auto other = first.connect();
    // Right after a beat, which tells all who are there: the next one is 5 s away.
    const auto heard = [&] {
        return cluster.redis
            .ask(
                {"ZSCORE", ClusterNames("", "reverb").nodes(), first->stats().cluster->node.text()})
            .text;
    };
    const std::string before = heard();
    ASSERT_TRUE(eventually([&] { return heard() != before; }));
    const TestServer& second = add();
    cluster.wait_until_up();
    EXPECT_TRUE(
        eventually([&] { return WebSocketClient(second.port()).event().detail("code") == "4004"; },
                   seconds(2)));
}

TEST(ClusterDeath, ANodeThatIsLateAfterAnOutageIsNotTakenForDead) {
    TestCluster cluster;
    const Follower here(cluster[0].port(), room, "here");
    const Follower there(cluster[1].port(), room, "there");
    ASSERT_TRUE(eventually([&] { return here.members().size() == 2; }));
    const std::string all = ClusterNames("", "reverb").nodes();
    const std::string late = cluster[1]->stats().cluster->node.text();
    // The other one connects several times, and looks each time, before this one is heard of.
    for (int round = 0; round < 4; ++round) {
        cluster.redis.ask({"CLIENT", "KILL", "TYPE", "normal"});
        const auto until = steady_clock::now() + milliseconds(600);
        while (steady_clock::now() < until) {
            cluster.redis.ask({"ZREM", all, late});
        }
    }
    EXPECT_GT(cluster[0]->stats().cluster->reconnects, 1U);
    EXPECT_EQ(here.moves("there"), (std::pair{1U, 0U}));
}

}  // namespace
}  // namespace reverb
