// Redis behind a name of several addresses.
#include <gtest/gtest.h>

#include <atomic>

#include "support/certificate_files.h"
#include "support/child_process.h"
#include "support/redis_client.h"
#include "support/redis_server.h"
#include "support/test_name.h"

namespace reverb {
namespace {

using testing::ChildProcess;
using testing::read_file;
using testing::RedisClient;
using testing::RedisServer;
using testing::TestName;

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
