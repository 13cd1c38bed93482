// Real servers that share a real Redis: they are one.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "channel/channel_name.h"
#include "cluster/names.h"
#include "cluster/presence_scripts.h"
#include "http/signature.h"
#include "publisher/publisher.h"
#include "support/test_cluster.h"

namespace reverb {
namespace {

using testing::ask_api;
using testing::enter;
using testing::Event;
using testing::eventually;
using testing::TestCluster;
using testing::TestServer;
using testing::WebSocketClient;

// The next event that is no presence's.
std::string data_of_next(WebSocketClient& client) {
    return client.event().data;
}

std::string presence_hash(TestCluster& cluster) {
    return ClusterNames("", "reverb")
        .presence(channel_key(cluster[0].application().id, "presence-room"));
}

TEST(Cluster, AnEventReachesSubscribersOfAllNodesOnce) {
    TestCluster cluster(3);
    std::vector<std::unique_ptr<WebSocketClient>> clients;
    for (std::size_t node = 0; node < 3; ++node) {
        clients.push_back(cluster[node].connect());
        clients.back()->subscribe("room");
    }
    for (std::size_t node = 0; node < 3; ++node) {
        ASSERT_EQ(cluster[node].publish("room", "from " + std::to_string(node)).status, 200);
    }
    for (const auto& client : clients) {
        std::multiset<std::string> got;
        for (int event = 0; event < 3; ++event) {
            got.insert(data_of_next(*client));
        }
        EXPECT_EQ(got, (std::multiset<std::string>{"from 0", "from 1", "from 2"}));
    }
    // Nothing comes twice: the next one is the next one.
    ASSERT_EQ(cluster[0].publish("room", "last").status, 200);
    for (const auto& client : clients) {
        EXPECT_EQ(data_of_next(*client), "last");
    }
}

TEST(Cluster, TheExcludedSocketIsExcludedOnAnotherNode) {
    TestCluster cluster;
    const auto one = cluster[0].connect();
    const auto two = cluster[0].connect();
    one->subscribe("room");
    two->subscribe("room");
    ASSERT_EQ(cluster[1].publish("room", "for two", one->socket_id()).status, 200);
    ASSERT_EQ(cluster[1].publish("room", "for both").status, 200);
    EXPECT_EQ(data_of_next(*one), "for both");
    EXPECT_EQ(data_of_next(*two), "for two");
    EXPECT_EQ(data_of_next(*two), "for both");
}

TEST(Cluster, EventsOfOnePublisherKeepTheirOrder) {
    TestCluster cluster;
    const auto client = cluster[0].connect();
    client->subscribe("room");
    constexpr int events = 2'000;
    for (int event = 0; event < events; ++event) {
        ASSERT_EQ(cluster[1].publish("room", std::to_string(event)).status, 200);
    }
    for (int event = 0; event < events; ++event) {
        ASSERT_EQ(data_of_next(*client), std::to_string(event));
    }
}

TEST(Cluster, NoEventAfterTheConfirmationIsMissed) {
    TestCluster cluster;
    for (int round = 0; round < 200; ++round) {
        // Each in a bucket that node 0 has not subscribed to, as a rule.
        const std::string channel = "room-" + std::to_string(round);
        const auto client = cluster[0].connect();
        client->subscribe(channel);
        ASSERT_EQ(cluster[1].publish(channel, channel).status, 200);
        ASSERT_EQ(data_of_next(*client), channel);
    }
    EXPECT_EQ(cluster[0]->stats().cluster->subscriptions_degraded, 0U);
}

TEST(Cluster, ANodeReceivesOnlyWhatItHasSubscribersFor) {
    TestCluster cluster;
    const auto client = cluster[0].connect();
    client->subscribe("mine");
    const std::uint64_t before = cluster[0]->stats().cluster->received;
    for (int channel = 0; channel < 500; ++channel) {
        ASSERT_EQ(cluster[1].publish("other-" + std::to_string(channel), "x").status, 200);
    }
    ASSERT_EQ(cluster[1].publish("mine", "x").status, 200);
    EXPECT_EQ(data_of_next(*client), "x");
    // One in 4,096 shares the bucket.
    EXPECT_LE(cluster[0]->stats().cluster->received - before, 5U);
}

TEST(Cluster, ABucketWithoutSubscribersIsLeft) {
    TestCluster cluster;
    const std::string bucket =
        ClusterNames("", "reverb").bucket(channel_key(cluster[0].application().id, "room"));
    const auto subscribers = [&] {
        return cluster.redis.ask({"PUBSUB", "NUMSUB", bucket}).elements.at(1).integer;
    };
    auto client = cluster[0].connect();
    client->subscribe("room");
    EXPECT_EQ(subscribers(), 1);
    client.reset();
    EXPECT_TRUE(eventually([&] { return subscribers() == 0; }));
}

TEST(Cluster, ClientEventsReachTheMembersOfOtherNodes) {
    TestCluster cluster;
    const auto one = cluster[0].connect();
    const auto two = cluster[1].connect();
    one->subscribe("private-room", cluster[0].application());
    two->subscribe("private-room", cluster[0].application());
    one->send(R"({"event":"client-typing","channel":"private-room","data":{"a":1}})");
    const Event event = two->event();
    EXPECT_EQ(event.name, "client-typing");
    EXPECT_EQ(event.data, R"({"a":1})");
}

TEST(ClusterPresence, TheListIsCompleteAtOnce) {
    TestCluster cluster(3);
    const auto anna = cluster[0].connect();
    const auto bert = cluster[1].connect();
    const auto carl = cluster[2].connect();
    EXPECT_EQ(enter(*anna, "presence-room", "anna"),
              R"({"count":1,"ids":["anna"],"hash":{"anna":{}}})");
    // She is told that she is in before Redis is.
    const std::string hash = presence_hash(cluster);
    ASSERT_TRUE(eventually([&] {
        return cluster.redis.ask({"HLEN", hash}).integer == 3;
    })) << "her, the version and the epoch";
    EXPECT_EQ(enter(*bert, "presence-room", "bert"),
              R"({"count":2,"ids":["anna","bert"],"hash":{"anna":{},"bert":{}}})");
    ASSERT_TRUE(eventually([&] { return cluster.redis.ask({"HLEN", hash}).integer == 4; }));
    const std::string list = enter(*carl, "presence-room", "carl");
    EXPECT_NE(list.find(R"("count":3)"), std::string::npos) << list;
    for (const char* who : {"bert", "carl"}) {
        const Event added = anna->event();
        EXPECT_EQ(added.name, "pusher_internal:member_added");
        EXPECT_EQ(added.detail("user_id"), who);
    }
}

TEST(ClusterPresence, AUserComesAndGoesOnceOverAllNodes) {
    TestCluster cluster;
    const auto watcher = cluster[0].connect();
    (void)enter(*watcher, "presence-room", "watcher");
    auto here = cluster[0].connect();
    auto there = cluster[1].connect();
    (void)enter(*here, "presence-room", "anna");
    EXPECT_EQ(watcher->event().name, "pusher_internal:member_added");
    const std::string list = enter(*there, "presence-room", "anna");
    EXPECT_NE(list.find(R"("count":2)"), std::string::npos) << list;
    const std::string hash = presence_hash(cluster);
    ASSERT_TRUE(eventually([&] {
        return cluster.redis.ask({"HLEN", hash}).integer == 5;
    })) << "the watcher, her here and there, the version and the epoch";
    here.reset();
    // Gone here, but not there.
    ASSERT_TRUE(eventually([&] { return cluster[0]->stats().connections == 1; }));
    ASSERT_EQ(cluster[0].publish("presence-room", "after the first").status, 200);
    EXPECT_EQ(watcher->event().data, "after the first");
    there.reset();
    const Event removed = watcher->event();
    EXPECT_EQ(removed.name, "pusher_internal:member_removed");
    EXPECT_EQ(removed.detail("user_id"), "anna");
}

TEST(ClusterPresence, ANodeThatStopsTakesItsMembersWithIt) {
    TestCluster cluster;
    const auto watcher = cluster[0].connect();
    (void)enter(*watcher, "presence-room", "watcher");
    const auto other = cluster[1].connect();
    (void)enter(*other, "presence-room", "anna");
    EXPECT_EQ(watcher->event().name, "pusher_internal:member_added");
    cluster.remove(1);
    EXPECT_EQ(watcher->event().name, "pusher_internal:member_removed");
}

TEST(ClusterPresence, ARedisThatWasEmptiedIsFilledAgain) {
    TestCluster cluster;
    const auto anna = cluster[0].connect();
    const auto bert = cluster[1].connect();
    (void)enter(*anna, "presence-room", "anna");
    (void)enter(*bert, "presence-room", "bert");
    cluster.redis.ask({"FLUSHALL"});
    const std::string hash = presence_hash(cluster);
    // Two users, the version and the epoch.
    EXPECT_TRUE(eventually([&] { return cluster.redis.ask({"HLEN", hash}).integer == 4; }));
    const auto carl = cluster[0].connect();
    const std::string list = enter(*carl, "presence-room", "carl");
    EXPECT_NE(list.find(R"("count":3)"), std::string::npos) << list;
}

TEST(ClusterPresence, AMemberThatOthersTookForDeadIsPutBack) {
    TestCluster cluster;
    const auto anna = cluster[0].connect();
    const auto bert = cluster[1].connect();
    (void)enter(*anna, "presence-room", "anna");
    (void)enter(*bert, "presence-room", "bert");
    EXPECT_EQ(anna->event().detail("user_id"), "bert");
    const std::string hash = presence_hash(cluster);
    // What a node does that believes another one dead.
    const NodeId node = cluster[1]->stats().cluster->node;
    const presence_scripts::Place place{
        "PUBLISH",
        ClusterNames("", "reverb")
            .bucket(channel_key(cluster[0].application().id, "presence-room")),
        channel_key(cluster[0].application().id, "presence-room")};
    std::vector<std::string> words{"EVAL", presence_scripts::drop().text, "1", hash};
    for (std::string& argument : presence_scripts::drop_arguments(place, node)) {
        words.push_back(std::move(argument));
    }
    EXPECT_EQ(cluster.redis.ask({words.begin(), words.end()}).integer, 1);
    EXPECT_EQ(anna->event().name, "pusher_internal:member_removed");
    EXPECT_EQ(anna->event().name, "pusher_internal:member_added");
    EXPECT_TRUE(eventually([&] { return cluster.redis.ask({"HLEN", hash}).integer == 4; }));
}

TEST(ClusterQueries, AnswerForAllNodes) {
    TestCluster cluster(3);
    std::vector<std::unique_ptr<WebSocketClient>> clients;
    for (std::size_t node = 0; node < 2; ++node) {
        clients.push_back(cluster[node].connect());
        clients.back()->subscribe("room");
        // The same user on both.
        (void)enter(*clients.back(), "presence-room", "anna");
    }
    clients.push_back(cluster[1].connect());
    (void)enter(*clients.back(), "presence-room", "bert");

    // Also of a node that has nobody.
    for (std::size_t node = 0; node < 3; ++node) {
        SCOPED_TRACE(node);
        EXPECT_EQ(ask_api(cluster[node], "/connections").body, R"({"connections":3})");
        EXPECT_EQ(ask_api(cluster[node], "/channels/room", "info=subscription_count").body,
                  R"({"occupied":true,"subscription_count":2})");
        EXPECT_EQ(ask_api(cluster[node], "/channels/presence-room", "info=user_count").body,
                  R"({"occupied":true,"user_count":2})");
        EXPECT_EQ(ask_api(cluster[node], "/channels/nobody").body, R"({"occupied":false})");
        EXPECT_EQ(
            ask_api(cluster[node], "/channels", "filter_by_prefix=presence-&info=user_count").body,
            R"({"channels":{"presence-room":{"user_count":2}}})");
        EXPECT_EQ(ask_api(cluster[node], "/channels").body,
                  R"({"channels":{"presence-room":{},"room":{}}})");
        const auto users = ask_api(cluster[node], "/channels/presence-room/users");
        EXPECT_NE(users.body.find(R"({"id":"anna"})"), std::string::npos) << users.body;
        EXPECT_NE(users.body.find(R"({"id":"bert"})"), std::string::npos) << users.body;
        EXPECT_EQ(users.body.size(),
                  std::string(R"({"users":[{"id":"anna"},{"id":"bert"}]})").size());
        EXPECT_FALSE(users.headers.contains("x-reverb-incomplete"));
    }
}

// Subscribed as a node would be, and silent.
testing::TcpClient silent_node(TestCluster& cluster) {
    testing::TcpClient silent(cluster.redis.port());
    silent.send("SUBSCRIBE reverb:control\r\n");
    (void)silent.read_until("reverb:control\r\n:1\r\n");
    return silent;
}

TEST(ClusterQueries, ANodeThatDoesNotAnswerIsNotWaitedForLong) {
    TestCluster cluster(0);
    // Alive, as far as Redis knows.
    cluster.redis.ask({"ZADD", "reverb:nodes", "99999999999999", "00000000000000aa"});
    cluster.add();
    cluster.add();
    cluster.wait_until_up();
    ASSERT_TRUE(eventually([&] { return cluster[0]->stats().cluster->nodes >= 2; }));
    const auto silent = silent_node(cluster);
    const auto began = std::chrono::steady_clock::now();
    const auto reply = ask_api(cluster[0], "/connections");
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
    EXPECT_EQ(reply.body, R"({"connections":0})");
    EXPECT_EQ(reply.headers.at("x-reverb-incomplete"), "1 of the other nodes did not answer");
    EXPECT_EQ(cluster[0]->stats().cluster->questions_incomplete, 1U);
}

TEST(ClusterQueries, WhoOnlyWatchesIsNoNode) {
    TestCluster cluster;
    const auto watcher = silent_node(cluster);
    EXPECT_FALSE(ask_api(cluster[0], "/connections").headers.contains("x-reverb-incomplete"));
}

TEST(ClusterQueries, AttributesAskedForWithAnEventAreOfAllNodes) {
    TestCluster cluster;
    const auto client = cluster[1].connect();
    client->subscribe("room");
    PublishRequest request;
    request.app_id = cluster[0].application().id;
    request.channels = {"room"};
    request.event = "event";
    request.data = "x";
    request.info = "subscription_count";
    EXPECT_EQ(cluster[0]->publish(request)->body,
              R"({"channels":{"room":{"subscription_count":1}}})");
    EXPECT_EQ(data_of_next(*client), "x");
}

TEST(ClusterQueries, OverTheUnixSocketToo) {
    TestCluster cluster;
    const auto client = cluster[1].connect();
    client->subscribe("room");
    PublisherTarget target;
    target.socket = cluster[0]->socket();
    target.connect_timeout = target.timeout = testing::patience;
    const auto publisher = PublisherConnection::open(target);
    PublishRequest request;
    request.app_id = cluster[0].application().id;
    request.channels = {"room", "nobody"};
    request.event = "event";
    request.data = "first";
    request.info = "subscription_count";
    EXPECT_EQ(
        publisher->publish(request).body,
        R"({"channels":{"room":{"subscription_count":1},"nobody":{"subscription_count":0}}})");
    request.info.clear();
    request.data = "second";
    EXPECT_EQ(publisher->publish(request).body, "{}");
    EXPECT_EQ(data_of_next(*client), "first");
    EXPECT_EQ(data_of_next(*client), "second");
}

TEST(ClusterQueries, OverHttpToo) {
    TestCluster cluster;
    const auto client = cluster[1].connect();
    client->subscribe("room");
    testing::TcpClient http(cluster[0].port());
    http.send(testing::events_request(
        cluster[0].application(),
        R"({"name":"event","channels":["room"],"data":"x","info":"subscription_count"})"));
    EXPECT_EQ(testing::read_reply(http).body, R"({"channels":{"room":{"subscription_count":1}}})");
    EXPECT_EQ(data_of_next(*client), "x");
    // Over the same connection, and not twice.
    http.send(testing::events_request(cluster[0].application(),
                                      R"({"name":"event","channels":["room"],"data":"y"})"));
    EXPECT_EQ(testing::read_reply(http).body, "{}");
    EXPECT_EQ(data_of_next(*client), "y");
}

TEST(ClusterQueries, AUserIsToldToGoOnAllNodes) {
    TestCluster cluster;
    const auto anna = cluster[1].connect();
    (void)enter(*anna, "presence-room", "anna");
    const Application& application = cluster[0].application();
    const std::string path = "/apps/" + application.id + "/users/anna/terminate_connections";
    testing::TcpClient http(cluster[0].port());
    http.send("POST " + path + "?" +
              signed_query(application.key, application.secret, "POST", path, {}, unix_seconds()) +
              " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(testing::read_reply(http).status, 200);
    EXPECT_TRUE(eventually([&] { return cluster[1]->stats().connections == 0; }));
}

// Publishers are answered before Redis has the event.
bool cache_holds(TestCluster& cluster, std::string_view what) {
    const std::string name =
        ClusterNames("", "reverb").cache(channel_key(cluster[0].application().id, "cache-room"));
    return eventually([&] {
        return cluster.redis.ask({"GET", name}).text.find(what) != std::string::npos;
    });
}

TEST(ClusterCache, AnEventIsHeldForTheSubscribersOfAllNodes) {
    TestCluster cluster;
    ASSERT_EQ(cluster[0].publish("cache-room", "kept").status, 200);
    ASSERT_TRUE(cache_holds(cluster, "kept"));
    const auto client = cluster[1].connect();
    client->subscribe("cache-room");
    EXPECT_EQ(data_of_next(*client), "kept");
    EXPECT_NE(ask_api(cluster[1], "/channels/cache-room", "info=cache").body.find("kept"),
              std::string::npos);
    // One that was there hears of it, one that comes later gets the last one.
    ASSERT_EQ(cluster[0].publish("cache-room", "newer").status, 200);
    EXPECT_EQ(data_of_next(*client), "newer");
    const auto later = cluster[0].connect();
    later->subscribe("cache-room");
    EXPECT_EQ(data_of_next(*later), "newer");
}

TEST(ClusterCache, WhatANodeHeldBeforeIsNotServedInPlaceOfWhatCameMeanwhile) {
    TestCluster cluster;
    ASSERT_EQ(cluster[0].publish("cache-room", "old").status, 200);
    ASSERT_TRUE(cache_holds(cluster, "old"));
    ASSERT_EQ(cluster[1].publish("cache-room", "new").status, 200);
    ASSERT_TRUE(cache_holds(cluster, "new"));
    const auto client = cluster[0].connect();
    client->subscribe("cache-room");
    EXPECT_EQ(data_of_next(*client), "new");
}

TEST(ClusterCache, OfNothingIsAMiss) {
    TestCluster cluster;
    const auto client = cluster[1].connect();
    client->subscribe("cache-room");
    EXPECT_EQ(client->event().name, "pusher:cache_miss");
}

TEST(ClusterConnections, CanBeLimitedOverAllNodes) {
    TestCluster cluster(0);
    const auto limited = [](ServerConfig& config) {
        config.scaling.connections_of_cluster = true;
        config.apps.front().max_connections = 2;
    };
    cluster.add(limited);
    cluster.add(limited);
    cluster.wait_until_up();
    const auto one = cluster[0].connect();
    const auto two = cluster[1].connect();
    // The others hear of it within a tenth of a second.
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    WebSocketClient third(cluster[0].port());
    EXPECT_EQ(third.event().detail("code"), "4004");
}

}  // namespace
}  // namespace reverb
