// Presence over several real nodes that many users join and leave while Redis fails.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/follower.h"
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
using testing::RedisServer;
using testing::TestCluster;
using testing::users_in;
using testing::WebSocketClient;

constexpr const char* room = "presence-room";
using Names = std::set<std::string>;
constexpr std::size_t nodes = 3;

// As the HTTP API of that node tells.
Names users_of(TestCluster& cluster, std::size_t node) {
    return users_in(ask_api(cluster[node], std::string("/channels/") + room + "/users").body);
}

// Who is in one of them only.
Names difference(const Names& one, const Names& other) {
    Names all;
    std::set_symmetric_difference(one.begin(), one.end(), other.begin(), other.end(),
                                  std::inserter(all, all.end()));
    return all;
}

// How long users come and go: longer where somebody asks for it.
seconds churn_time() {
    const char* wanted = std::getenv("REVERB_CHURN_SECONDS");
    return seconds(wanted == nullptr ? 4 : std::atoi(wanted));
}

// Users that come and go at random, each with up to one connection a node. One thread.
class Crowd {
  public:
    Crowd(TestCluster& cluster, unsigned number, unsigned users) : cluster_(cluster) {
        random_.seed(number);
        for (unsigned user = 0; user < users; ++user) {
            users_.push_back({"user-" + std::to_string(number) + "-" + std::to_string(user), {}});
            users_.back().connections.resize(nodes);
        }
    }

    void churn(steady_clock::time_point until) {
        while (steady_clock::now() < until) {
            move(users_[random_() % users_.size()], random_() % nodes);
        }
    }

    void add_present(Names& present) const {
        for (const User& user : users_) {
            if (std::any_of(user.connections.begin(), user.connections.end(),
                            [](const auto& connection) { return connection != nullptr; })) {
                present.insert(user.id);
            }
        }
    }
    [[nodiscard]] unsigned moves() const { return moves_; }

  private:
    struct User {
        std::string id;
        std::vector<std::unique_ptr<WebSocketClient>> connections;  // by node
    };

    void move(User& user, std::size_t node) {
        ++moves_;
        std::unique_ptr<WebSocketClient>& connection = user.connections[node];
        if (connection != nullptr) {
            leave(connection);
            return;
        }
        auto client = cluster_[node].connect();
        EXPECT_TRUE(users_in(enter(*client, room, user.id)).contains(user.id));
        switch (random_() % 4) {
            case 0:  // Gone before anybody can have heard of it.
                break;
            case 1:  // Gone and back at once.
                client->send(unsubscribe);
                EXPECT_TRUE(users_in(enter(*client, room, user.id)).contains(user.id));
                [[fallthrough]];
            default:
                connection = std::move(client);
        }
    }

    void leave(std::unique_ptr<WebSocketClient>& connection) {
        if (random_() % 2 == 0) {
            connection->send(unsubscribe);
        }
        connection.reset();
    }

    static constexpr const char* unsubscribe =
        R"({"event":"pusher:unsubscribe","data":{"channel":"presence-room"}})";

    TestCluster& cluster_;
    std::minstd_rand random_;
    std::vector<User> users_;
    unsigned moves_ = 0;
};

// What happens to Redis again and again meanwhile.
struct Disturbance {
    const char* name;
    std::function<void(RedisServer&)> happen;
};

const std::vector<Disturbance>& disturbances() {
    static const std::vector<Disturbance> all{
        {"Undisturbed", [](RedisServer&) { std::this_thread::sleep_for(milliseconds(100)); }},
        {"ConnectionsCut",
         [](RedisServer& redis) {
             redis.ask({"CLIENT", "KILL", "TYPE", "pubsub"});
             redis.ask({"CLIENT", "KILL", "TYPE", "normal"});
             std::this_thread::sleep_for(milliseconds(500));
         }},
        {"Frozen",
         [](RedisServer& redis) {
             redis.freeze();
             std::this_thread::sleep_for(milliseconds(1'300));
             redis.thaw();
             std::this_thread::sleep_for(milliseconds(300));
         }},
        {"Emptied",
         [](RedisServer& redis) {
             redis.ask({"FLUSHALL"});
             std::this_thread::sleep_for(milliseconds(400));
         }},
        {"Killed",
         [](RedisServer& redis) {
             redis.kill();
             redis.start();
             std::this_thread::sleep_for(milliseconds(800));
         }},
    };
    return all;
}

// For whoever reads that one failed.
void PrintTo(const Disturbance& one, std::ostream* to) {
    *to << one.name;
}

class ClusterChurn : public ::testing::TestWithParam<Disturbance> {};

TEST_P(ClusterChurn, AllNodesAndAllWhoWatchAgreeWithTheTruth) {
    TestCluster cluster(0);
    for (std::size_t node = 0; node < nodes; ++node) {
        cluster.add([](ServerConfig& config) {
            // The crowd does not read what it is told of others.
            config.outbox_limit = config.outbox_soft_limit = 1U << 30U;
        });
    }
    cluster.wait_until_up();
    std::vector<std::unique_ptr<Follower>> watchers;
    Names present;
    for (std::size_t node = 0; node < nodes; ++node) {
        const std::string who = "watcher-" + std::to_string(node);
        watchers.push_back(std::make_unique<Follower>(cluster[node].port(), room, who));
        present.insert(who);
    }
    std::vector<std::unique_ptr<Crowd>> crowds;
    std::vector<std::thread> threads;
    const auto until = steady_clock::now() + churn_time();
    for (unsigned number = 0; number < 4; ++number) {
        crowds.push_back(std::make_unique<Crowd>(cluster, number, 50));
        threads.emplace_back([&crowd = *crowds.back(), until] { crowd.churn(until); });
    }
    while (steady_clock::now() < until) {
        GetParam().happen(cluster.redis);
    }
    unsigned moves = 0;
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (const auto& crowd : crowds) {
        crowd->add_present(present);
        moves += crowd->moves();
    }
    RecordProperty("moves", static_cast<int>(moves));
    EXPECT_GT(moves, 20U);

    const auto agreed = [&](std::size_t node) {
        return watchers[node]->members() == present && users_of(cluster, node) == present;
    };
    // From one heartbeat to the next until a node knows that Redis was emptied, and for some time
    // then it keeps those whom Redis does not know.
    (void)eventually([&] { return agreed(0) && agreed(1) && agreed(2); }, seconds(25));
    for (std::size_t node = 0; node < nodes; ++node) {
        SCOPED_TRACE("node " + std::to_string(node));
        EXPECT_EQ(difference(watchers[node]->members(), present), Names{});
        EXPECT_EQ(difference(users_of(cluster, node), present), Names{});
        EXPECT_EQ(watchers[node]->faults(), std::vector<std::string>{});
    }
    // Whoever comes now is told the same on each node.
    for (std::size_t node = 0; node < nodes; ++node) {
        const std::string who = "late-" + std::to_string(node);
        present.insert(who);
        const auto late = cluster[node].connect();
        EXPECT_EQ(difference(users_in(enter(*late, room, who)), present), Names{});
        present.erase(who);
        late->send(R"({"event":"pusher:unsubscribe","data":{"channel":"presence-room"}})");
        ASSERT_TRUE(eventually([&] {
            return std::all_of(watchers.begin(), watchers.end(), [&](const auto& watcher) {
                return watcher->moves(who) == std::pair{1U, 1U};
            });
        }));
    }
}

INSTANTIATE_TEST_SUITE_P(Redis, ClusterChurn, ::testing::ValuesIn(disturbances()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace reverb
