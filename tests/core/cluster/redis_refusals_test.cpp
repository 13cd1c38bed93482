// What people are told when a Redis cannot be used, and that it is used once it can be.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "publisher/peer.h"
#include "support/redis_client.h"
#include "support/redis_server.h"

namespace reverb {
namespace {

using std::chrono::milliseconds;
using testing::Peer;
using testing::PeerConnection;
using testing::RedisClient;
using testing::RedisServer;

std::string at(std::uint16_t port) {
    return "Redis at 127.0.0.1:" + std::to_string(port);
}

// What it is told first.
std::string complaint(const RedisConfig& config, const std::string& channel = "channel") {
    RedisClient client(config);
    client.redis->subscribe(channel);
    client.redis->start();
    EXPECT_TRUE(client.until([&] { return !client.downs.empty(); }));
    EXPECT_EQ(client.ups, 0);
    EXPECT_FALSE(client.redis->up());
    return client.last_down();
}

RedisConfig login(const RedisServer& server, const std::string& username,
                  const std::string& password) {
    RedisConfig config = server.config();
    config.username = username;
    config.password = password;
    return config;
}

TEST(RedisRefusals, NameThePassword) {
    const RedisServer server({"--requirepass", "secret"});
    EXPECT_EQ(complaint(login(server, "", "")),
              at(server.port()) +
                  " refuses: NOAUTH Authentication required. Check "
                  "scaling.server.username and scaling.server.password.");
    EXPECT_EQ(complaint(login(server, "", "wr0ng")),
              at(server.port()) +
                  " refuses: WRONGPASS invalid username-password pair or user is "
                  "disabled. Check scaling.server.username and "
                  "scaling.server.password.");
    RedisClient client(login(server, "", "secret"));
    EXPECT_TRUE(client.start()) << client.last_down();
    RedisClient named(login(server, "default", "secret"));
    EXPECT_TRUE(named.start()) << named.last_down();
}

TEST(RedisRefusals, NameAPasswordThatIsNotWanted) {
    const RedisServer server;
    const std::string why = complaint(login(server, "", "secret"));
    EXPECT_NE(why.find("without any password configured"), std::string::npos) << why;
    EXPECT_NE(why.find("Check scaling.server.username and scaling.server.password."),
              std::string::npos)
        << why;
}

// A user who may do what is needed and nothing else.
TEST(RedisRefusals, AUserNeedsFewPermissions) {
    const RedisServer server;
    ASSERT_EQ(server
                  .ask({"ACL", "SETUSER", "reverb", "on", ">secret", "resetchannels", "&reverb*",
                        "~reverb*", "-@all", "+ping", "+publish", "+subscribe", "+unsubscribe",
                        "+eval", "+evalsha", "+get"})
                  .text,
              "OK");
    RedisClient client(login(server, "reverb", "secret"));
    client.redis->subscribe("reverb:channel");
    ASSERT_TRUE(client.start()) << client.last_down();
    EXPECT_EQ(client.publish("reverb:channel", "message").integer, 1);
    const RedisScript read("return redis.call('GET', KEYS[1])");
    EXPECT_EQ(client.script(read, {"reverb:key"}, {}).type, RedisReply::Type::nil);
    EXPECT_TRUE(client.publish("elsewhere", "message").is_error("NOPERM"));
    EXPECT_EQ(client.counters.errors, 1U);
    EXPECT_EQ(client.counters.published, 1U);

    const std::string why = complaint(login(server, "reverb", "secret"), "elsewhere");
    EXPECT_EQ(why, at(server.port()) +
                       " refuses: NOPERM this user has no permissions to access one of the "
                       "channels used as arguments. Check what the user of "
                       "scaling.server.username and scaling.server.password may do.");
}

TEST(RedisRefusals, NameTheDatabase) {
    const RedisServer server;
    RedisConfig config = server.config();
    config.database = 99;
    EXPECT_EQ(complaint(config), at(server.port()) +
                                     " refuses: ERR DB index is out of range. Check "
                                     "scaling.server.database.");
    config.database = 3;
    RedisClient client(config);
    ASSERT_TRUE(client.start());
    EXPECT_EQ(client.command("key", {"SET", "key", "value"}).text, "OK");
    EXPECT_EQ(server.ask({"EXISTS", "key"}).integer, 0);
}

TEST(RedisRefusals, TellOfAServerThatLoadsItsData) {
    RedisServer server(
        {"--key-load-delay", "500", "--loading-process-events-interval-bytes", "1024"});
    RedisClient client(server.config());
    ASSERT_TRUE(client.start());
    ASSERT_EQ(server.ask({"DEBUG", "POPULATE", "2000", "key", "1000"}).text, "OK");
    ASSERT_EQ(server.ask({"SAVE"}).text, "OK");
    server.kill();
    server.start_soon();
    const auto loading = [&] {
        return client.last_down().find("refuses: LOADING") != std::string::npos;
    };
    ASSERT_TRUE(client.until(loading)) << client.last_down();
    ASSERT_TRUE(client.until([&] { return client.ups == 2; }));
}

TEST(RedisRefusals, TellOfAReplicaWhereAMasterIsNeeded) {
    const RedisServer master;
    const RedisServer replica({"--replicaof", "127.0.0.1 " + std::to_string(master.port())});
    EXPECT_EQ(complaint(replica.config()),
              at(replica.port()) +
                  " is a replica, not a master. Check scaling.server.host and "
                  "scaling.server.port.");
    const RedisServer orphan({"--replicaof", "127.0.0.1 1", "--replica-serve-stale-data", "no"});
    const std::string why = complaint(orphan.config());
    EXPECT_TRUE(why.find("MASTERDOWN") != std::string::npos ||
                why.find("is a replica") != std::string::npos)
        << why;
}

TEST(RedisRefusals, TellOfAMasterThatBecomesAReplica) {
    const RedisServer other;
    const RedisServer server;
    RedisConfig config = server.config();
    config.ping_interval = milliseconds(50);
    RedisClient client(config);
    ASSERT_TRUE(client.start());
    const std::string port = std::to_string(other.port());
    ASSERT_EQ(server.ask({"REPLICAOF", "127.0.0.1", port}).text, "OK");
    ASSERT_TRUE(client.until([&] { return !client.redis->up(); }));
    EXPECT_NE(client.last_down().find("is a replica, not a master"), std::string::npos)
        << client.last_down();
    ASSERT_EQ(server.ask({"REPLICAOF", "NO", "ONE"}).text, "OK");
    ASSERT_TRUE(client.until([&] { return client.redis->up(); }));
}

// Who may not ask for its role learns it when it writes.
TEST(RedisRefusals, TellOfAReplicaThatRefusesAScript) {
    const RedisServer master;
    const RedisServer replica({"--replicaof", "127.0.0.1 " + std::to_string(master.port())});
    ASSERT_EQ(
        replica.ask({"ACL", "SETUSER", "reverb", "on", ">secret", "~*", "&*", "+@all", "-role"})
            .text,
        "OK");
    RedisClient client(login(replica, "reverb", "secret"));
    ASSERT_TRUE(client.start()) << client.last_down();
    const RedisScript write("return redis.call('SET', KEYS[1], ARGV[1])");
    const RedisReply reply = client.script(write, {"key"}, {"value"});
    EXPECT_EQ(reply.type, RedisReply::Type::error) << reply.text;
    ASSERT_TRUE(client.until([&] { return !client.downs.empty(); }));
    EXPECT_NE(client.last_down().find("refuses: READONLY"), std::string::npos)
        << client.last_down();
}

TEST(RedisRefusals, TellOfAPortWhereNobodyListens) {
    RedisConfig config;
    config.port = testing::free_port();
    EXPECT_EQ(complaint(config), at(config.port) +
                                     " cannot be reached: connection refused. Check "
                                     "scaling.server.host and scaling.server.port.");
    config.path = "/nowhere/redis.sock";
    EXPECT_EQ(complaint(config),
              "Redis at /nowhere/redis.sock cannot be reached: no such file or directory. Check "
              "scaling.server.path.");
}

TEST(RedisRefusals, TellOfANameThatDoesNotResolve) {
    RedisConfig config;
    config.host = "nowhere.invalid";
    const std::string why = complaint(config);
    EXPECT_TRUE(why.starts_with("Redis at nowhere.invalid:6379 cannot be reached: the name "))
        << why;
    EXPECT_TRUE(why.ends_with("Check scaling.server.host and scaling.server.port.")) << why;
}

TEST(RedisRefusals, TellOfWhoSpeaksSomethingElse) {
    Peer peer = Peer::tcp([](PeerConnection& connection, int) {
        connection.write("HTTP/1.1 400 Bad Request\r\n\r\n");
        connection.wait_until_closed();
    });
    RedisConfig config;
    config.port = peer.port();
    const std::string why = complaint(config);
    EXPECT_TRUE(why.starts_with(at(config.port) + " does not speak Redis' protocol: ")) << why;
}

TEST(RedisRefusals, TellOfWhoSaysNothing) {
    Peer silent =
        Peer::tcp([](PeerConnection& connection, int) { connection.wait_until_closed(); });
    RedisConfig config;
    config.port = silent.port();
    config.connect_timeout = milliseconds(100);
    EXPECT_EQ(complaint(config),
              at(config.port) + " took the connection and has not answered within 100 ms.");

    Peer closing = Peer::tcp(
        [](PeerConnection& connection, int) { static_cast<void>(connection.read_some()); });
    config.port = closing.port();
    const std::string why = complaint(config);
    EXPECT_TRUE(why.starts_with(at(config.port) + " ended the connection before it answered: "))
        << why;
}

}  // namespace
}  // namespace reverb
