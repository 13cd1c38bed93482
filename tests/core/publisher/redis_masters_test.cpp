#include "publisher/redis_masters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "channel/channel_name.h"
#include "cluster/envelope.h"
#include "cluster/names.h"
#include "publisher/peer.h"
#include "publisher/publisher.h"
#include "support/eventually.h"
#include "support/redis_cluster.h"
#include "support/redis_sentinel.h"
#include "support/redis_server.h"

namespace reverb {
namespace {

using reverb::testing::eventually;
using reverb::testing::Peer;
using reverb::testing::PeerConnection;
using reverb::testing::RedisClusterServers;
using reverb::testing::RedisSentinelServer;
using reverb::testing::RedisServer;

const ClusterNames names("", "reverb");

std::string key_of(const std::string& channel) {
    return channel_key("1001", channel);
}

PublishRequest event_for(std::vector<std::string> channels, std::string data = "1") {
    return {"1001", std::move(channels), "Sent", std::move(data), "", ""};
}

std::unique_ptr<PublisherConnection> publisher_to(const RedisConfig& redis) {
    PublisherTarget target;
    target.scaling.enabled = true;
    target.scaling.redis = redis;
    return PublisherConnection::open(target);
}

std::string fault(PublisherConnection& publisher) {
    try {
        publisher.connect();
        return "";
    } catch (const ConnectError& error) {
        return error.what();
    }
}

// A node, as far as it hears of some channels, by the commands of one server.
class Listening {
  public:
    Listening(std::uint16_t port, const char* subscribe, const std::vector<std::string>& channels)
        : link_({}, {.address = {"127.0.0.1", port, {}}, .origin = RedisParty::Origin::cluster},
                Deadline(testing::patience)) {
        for (const std::string& channel : channels) {
            static_cast<void>(
                link_.ask({subscribe, names.bucket(key_of(channel))}, Deadline(testing::patience)));
        }
    }
    // The channel of the next event.
    std::string next() {
        const RedisReply& reply = link_.receive(Deadline(testing::patience));
        const auto message = envelope::read(reply.elements.at(2).text);
        return message
                   ? std::string(channel_of_key(std::get<envelope::Event>(message->content).key))
                   : "no event";
    }

  private:
    RedisLink link_;
};

RedisConfig by_sentinels(std::vector<std::string> sentinels) {
    RedisConfig config;
    config.sentinels = std::move(sentinels);
    config.service = "main";
    return config;
}

TEST(RedisMastersSentinel, SaysWhereTheMasterIs) {
    const RedisServer master;
    const RedisSentinelServer sentinel(master);
    Listening node(master.port(), "SUBSCRIBE", {"room"});
    // One that is not there is passed over.
    const auto publisher = publisher_to(
        by_sentinels({"127.0.0.1:" + std::to_string(testing::free_port()), sentinel.address()}));
    EXPECT_EQ(publisher->publish(event_for({"room"})).status, 200);
    EXPECT_EQ(node.next(), "room");
}

TEST(RedisMastersSentinel, ThatCannotSayIsTold) {
    const RedisServer master;
    const RedisSentinelServer sentinel(master);
    RedisConfig config = by_sentinels({sentinel.address()});
    config.service = "other";
    EXPECT_EQ(fault(*publisher_to(config)),
              "Redis Sentinel at " + sentinel.address() +
                  " knows no master \"other\". Check scaling.server.service.");
    const std::string closed = "127.0.0.1:" + std::to_string(testing::free_port());
    EXPECT_EQ(fault(*publisher_to(by_sentinels({closed}))),
              "Redis Sentinel at " + closed +
                  " cannot be reached: Connection refused. Check scaling.server.sentinels.");
}

TEST(RedisMastersSentinel, HasAPasswordOfItsOwn) {
    const RedisServer master;
    const RedisSentinelServer sentinel(master, "requirepass s3cret\n");
    RedisConfig config = by_sentinels({sentinel.address()});
    EXPECT_NE(fault(*publisher_to(config))
                  .find("Check scaling.server.sentinel_username and "
                        "scaling.server.sentinel_password."),
              std::string::npos);
    config.sentinel_password = "s3cret";
    EXPECT_EQ(fault(*publisher_to(config)), "");
}

TEST(RedisMastersSentinel, IsAskedAgainAfterAFailover) {
    RedisServer master;
    const RedisServer replica({"--replicaof", "127.0.0.1 " + std::to_string(master.port())});
    const RedisSentinelServer sentinel(master);
    ASSERT_TRUE(eventually([&] { return sentinel.replicas() == 1; }));
    const auto publisher = publisher_to(by_sentinels({sentinel.address()}));
    ASSERT_EQ(publisher->publish(event_for({"room"})).status, 200);

    master.kill();
    // Until the replica is the master, nothing is sent.
    ASSERT_TRUE(eventually([&] {
        try {
            return publisher->publish(event_for({"room"})).status == 200;
        } catch (const std::runtime_error&) {
            return false;
        }
    }));
    // Sentinel has cut its clients off by now.
    Listening node(replica.port(), "SUBSCRIBE", {"room"});
    EXPECT_EQ(publisher->publish(event_for({"room"})).status, 200);
    EXPECT_EQ(node.next(), "room");
}

// Says where the master is, whoever asks.
Peer sentinel_that_names(const std::atomic<std::uint16_t>& port) {
    return Peer::tcp([&port](PeerConnection& connection, int) {
        connection.read_some();
        connection.write("+PONG\r\n");
        connection.read_some();
        const std::string named = std::to_string(port);
        connection.write("*2\r\n$9\r\n127.0.0.1\r\n$" + std::to_string(named.size()) + "\r\n" +
                         named + "\r\n");
        connection.wait_until_closed();
    });
}

// Not every failover cuts its clients off.
TEST(RedisMastersSentinel, AreAskedAgainWhereTheMasterBecameAReplica) {
    const RedisServer first;
    const RedisServer second;
    std::atomic<std::uint16_t> named = first.port();
    const Peer sentinel = sentinel_that_names(named);
    RedisConfig config = by_sentinels({"127.0.0.1:" + std::to_string(sentinel.port())});
    config.ping_interval = std::chrono::milliseconds(1);
    const auto publisher = publisher_to(config);
    ASSERT_EQ(publisher->publish(event_for({"room"})).status, 200);

    Listening node(second.port(), "SUBSCRIBE", {"room"});
    first.ask({"REPLICAOF", "127.0.0.1", std::to_string(second.port())});
    named = second.port();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    EXPECT_EQ(publisher->publish(event_for({"room"})).status, 200);
    EXPECT_EQ(node.next(), "room");
    EXPECT_EQ(sentinel.accepted(), 2);
}

TEST(RedisMastersSentinel, AreAskedInTurnUntilOneNamesAMaster) {
    const RedisServer master;
    const RedisServer replica({"--replicaof", "127.0.0.1 " + std::to_string(master.port())});
    const std::atomic<std::uint16_t> former = replica.port();
    const std::atomic<std::uint16_t> present = master.port();
    const Peer cut_off = sentinel_that_names(former);
    const Peer sentinel = sentinel_that_names(present);
    const std::string cut_off_at = "127.0.0.1:" + std::to_string(cut_off.port());
    const std::string nobody = "127.0.0.1:" + std::to_string(testing::free_port());
    const auto publisher =
        publisher_to(by_sentinels({cut_off_at, "127.0.0.1:" + std::to_string(sentinel.port())}));
    Listening node(master.port(), "SUBSCRIBE", {"room"});
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(publisher->publish(event_for({"room"})).status, 200);
        EXPECT_EQ(node.next(), "room");
        publisher->close();
    }
    // It goes on with the one whose word was good.
    EXPECT_EQ(cut_off.accepted(), 1);
    EXPECT_EQ(sentinel.accepted(), 2);

    EXPECT_EQ(fault(*publisher_to(by_sentinels({cut_off_at, nobody}))),
              "Redis at 127.0.0.1:" + std::to_string(replica.port()) +
                  " is a replica, not a master. Check scaling.server.service.");
}

// What a silent master took of the time is not there for the next Sentinel; the next attempt has
// it.
TEST(RedisMastersSentinel, TheNextAttemptBeginsWithTheNextSentinel) {
    const Peer silent = Peer::tcp([](PeerConnection& peer, int) { peer.wait_until_closed(); });
    const RedisServer master;
    const std::atomic<std::uint16_t> former = silent.port();
    const std::atomic<std::uint16_t> present = master.port();
    const Peer cut_off = sentinel_that_names(former);
    const Peer sentinel = sentinel_that_names(present);
    PublisherTarget target;
    target.scaling.enabled = true;
    target.scaling.redis = by_sentinels({"127.0.0.1:" + std::to_string(cut_off.port()),
                                         "127.0.0.1:" + std::to_string(sentinel.port())});
    target.connect_timeout = std::chrono::milliseconds(4'500);
    const auto publisher = PublisherConnection::open(target);
    EXPECT_NE(fault(*publisher).find(std::to_string(silent.port())), std::string::npos);
    EXPECT_EQ(fault(*publisher), "");
}

// Which server has this channel, and a channel of that server's.
std::size_t index_of(const std::string& channel) {
    return RedisClusterServers::index_of(names.bucket(key_of(channel)));
}

std::string channel_on(std::size_t index, const std::string& prefix) {
    for (int i = 0;; ++i) {
        std::string channel = prefix + std::to_string(i);
        if (index_of(channel) == index) {
            return channel;
        }
    }
}

TEST(RedisMastersCluster, EachEventGoesToTheMastersOfItsChannels) {
    const RedisClusterServers cluster;
    std::vector<std::string> channels;
    std::array<std::vector<std::string>, 3> expected;
    for (int i = 0; i < 100; ++i) {
        channels.push_back("cache-room-" + std::to_string(i));
        expected.at(index_of(channels.back())).push_back(channels.back());
    }
    std::vector<std::unique_ptr<Listening>> nodes;
    for (std::size_t i = 0; i < 3; ++i) {
        nodes.push_back(
            std::make_unique<Listening>(cluster.server(i).port(), "SSUBSCRIBE", expected.at(i)));
    }
    const auto publisher = publisher_to(cluster.config());
    EXPECT_EQ(publisher->publish(event_for(channels)).status, 200);
    std::int64_t kept = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        for (const std::string& channel : expected.at(i)) {
            ASSERT_EQ(nodes.at(i)->next(), channel);
        }
        kept += cluster.server(i).ask({"DBSIZE"}).integer;
    }
    EXPECT_EQ(kept, 100);
}

TEST(RedisMastersCluster, ASlotThatMovedIsFollowed) {
    const RedisClusterServers cluster;
    const auto publisher = publisher_to(cluster.config());
    const std::string channel = channel_on(0, "room-");
    ASSERT_EQ(publisher->publish(event_for({channel})).status, 200);

    const std::string slot = std::to_string(hash_slot(names.bucket(key_of(channel))));
    const std::string target = cluster.id(2);
    cluster.server(2).ask({"CLUSTER", "SETSLOT", slot, "NODE", target});
    cluster.server(0).ask({"CLUSTER", "SETSLOT", slot, "NODE", target});
    Listening node(cluster.server(2).port(), "SSUBSCRIBE", {channel});
    const std::string stays = channel_on(1, "room-");
    Listening other(cluster.server(1).port(), "SSUBSCRIBE", {stays});
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(publisher->publish(event_for({channel, stays})).status, 200);
        EXPECT_EQ(node.next(), channel);
        EXPECT_EQ(other.next(), stays);
    }
}

TEST(RedisMastersCluster, ASlotOnTheMoveIsAskedForAtItsNextMaster) {
    const RedisClusterServers cluster;
    const auto publisher = publisher_to(cluster.config());
    const std::string channel = channel_on(0, "cache-");
    const std::string slot = std::to_string(hash_slot(names.bucket(key_of(channel))));
    cluster.server(1).ask({"CLUSTER", "SETSLOT", slot, "IMPORTING", cluster.id(0)});
    cluster.server(0).ask({"CLUSTER", "SETSLOT", slot, "MIGRATING", cluster.id(1)});
    EXPECT_EQ(publisher->publish(event_for({channel})).status, 200);
    EXPECT_EQ(cluster.server(0).ask({"DBSIZE"}).integer, 0);
    EXPECT_EQ(cluster.server(1).ask({"DBSIZE"}).integer, 1);
}

TEST(RedisMastersCluster, AnotherRedisIsNone) {
    const RedisServer redis;
    RedisConfig config;
    config.cluster = {"127.0.0.1:" + std::to_string(redis.port())};
    EXPECT_EQ(fault(*publisher_to(config)).substr(0, 80),
              ("Redis at 127.0.0.1:" + std::to_string(redis.port()) +
               " refuses: ERR This instance has cluster support disabled")
                  .substr(0, 80));
}

}  // namespace
}  // namespace reverb
