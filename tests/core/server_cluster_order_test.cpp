// That no event of a healthy cluster is lost, comes twice or overtakes another of its publisher.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "support/follower.h"
#include "support/test_cluster.h"

namespace reverb {
namespace {

using testing::eventually;
using testing::Follower;
using testing::TestCluster;

TEST(ClusterOrder, NoneOfManyEventsIsLostOrComesTwiceOrOvertakesAnother) {
    constexpr std::size_t channels = 50;
    constexpr unsigned events = 10'000;  // of each node
    TestCluster cluster;
    std::vector<std::unique_ptr<Follower>> followers;
    for (std::size_t subscriber = 0; subscriber < 2 * channels; ++subscriber) {
        followers.push_back(std::make_unique<Follower>(cluster[subscriber % 2].port(),
                                                       "room-" + std::to_string(subscriber / 2)));
    }
    std::array<std::thread, 2> publishers;
    for (std::size_t node = 0; node < 2; ++node) {
        publishers[node] = std::thread([&, node] {
            for (unsigned event = 0; event < events; ++event) {
                EXPECT_EQ(cluster[node]
                              .publish("room-" + std::to_string(event % channels),
                                       std::to_string(node) + "/" + std::to_string(event))
                              .status,
                          200);
            }
        });
    }
    for (std::thread& publisher : publishers) {
        publisher.join();
    }
    const std::size_t each = 2 * events / channels;
    for (std::size_t subscriber = 0; subscriber < followers.size(); ++subscriber) {
        Follower& follower = *followers[subscriber];
        (void)eventually([&] { return follower.count() >= each; });
        EXPECT_EQ(follower.faults(), std::vector<std::string>{});
        std::array<std::vector<std::string>, 2> got;
        for (const std::string& event : follower.events()) {
            got.at(event.front() == '0' ? 0 : 1).push_back(event);
        }
        for (std::size_t node = 0; node < 2; ++node) {
            std::vector<std::string> wanted;
            for (std::size_t event = subscriber / 2; event < events; event += channels) {
                wanted.push_back(std::to_string(node) + "/" + std::to_string(event));
            }
            EXPECT_EQ(got.at(node), wanted) << "of node " << node << ", subscriber " << subscriber;
        }
    }
    for (std::size_t node = 0; node < 2; ++node) {
        const ClusterStats stats = *cluster[node]->stats().cluster;
        EXPECT_EQ(stats.dropped, 0U);
        EXPECT_EQ(stats.unconfirmed, 0U);
        EXPECT_EQ(stats.errors, 0U);
    }
}

}  // namespace
}  // namespace reverb
