// Redis behind a name that is looked up: one of several addresses, or one that hangs.
#include <gtest/gtest.h>

#include <atomic>

#include "support/certificate_files.h"
#include "support/child_process.h"
#include "support/hanging_name.h"
#include "support/redis_client.h"
#include "support/redis_server.h"

namespace reverb {
namespace {

using std::chrono::milliseconds;
using testing::ChildProcess;
using testing::HangingName;
using testing::read_file;
using testing::RedisClient;
using testing::RedisServer;
using testing::TestName;

TEST(RedisNames, ThatHangDoNotOutlastTheirResolver) {
    const RedisServer server;
    HangingName name("hanging.test");
    RedisConfig config = server.config();
    config.host = "hanging.test";
    config.connect_timeout = milliseconds(300);
    RedisClient client(config);
    client.redis->start();
    ASSERT_TRUE(client.until([&] { return name.hanging() == 2; }));
    EXPECT_EQ(client.last_down(), "Redis at hanging.test:" + std::to_string(config.port) +
                                      " cannot be reached: the name was not resolved within "
                                      "300 ms. Check scaling.server.host and "
                                      "scaling.server.port.");
    name.become_well();
    ASSERT_TRUE(client.until([&] { return client.redis->up(); })) << client.last_down();
    EXPECT_GT(name.hanging(), 1) << "those of the start";
}

// Who publishes to the master and is subscribed to its replica hears what the replica hears, and
// nothing once that is cut off.
TEST(RedisNames, OfAMasterAndItsReplicaAreTheMaster) {
    const RedisServer master;
    const std::string port = std::to_string(master.port());
    const ChildProcess replica(
        {"redis-server", "--port", port, "--bind", "127.0.0.2", "--save", "", "--dir",
         master.file(""), "--dbfilename", "replica.rdb", "--replicaof", "127.0.0.1 " + port},
        master.file("replica.log"));
    const auto has_replica = [&] { return !master.ask({"ROLE"}).elements.at(2).elements.empty(); };
    ASSERT_TRUE(testing::eventually(has_replica)) << read_file(master.file("replica.log"));
    std::atomic<int> asked = 0;
    const TestName name("both.test", [&](const addrinfo&) {
        return asked++ % 2 == 0 ? TestName::Answer{{"127.0.0.1", "127.0.0.2"}}
                                : TestName::Answer{{"127.0.0.2", "127.0.0.1"}};
    });
    RedisConfig config = master.config();
    config.host = "both.test";
    for (int i = 0; i < 4; ++i) {
        RedisClient client(config);
        client.redis->subscribe("channel");
        ASSERT_TRUE(client.start()) << client.last_down();
        EXPECT_EQ(client.publish("channel", "message").integer, 1) << "subscribers of the master";
        EXPECT_TRUE(client.stop());
    }
    EXPECT_GE(asked, 4);
}

}  // namespace
}  // namespace reverb
