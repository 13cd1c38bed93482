#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <clocale>
#include <functional>
#include <memory>
#include <regex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "channel/channel_name.h"
#include "cluster/envelope.h"
#include "cluster/names.h"
#include "publisher/peer.h"
#include "publisher/publisher.h"
#include "publisher/redis_link.h"
#include "support/certificate_files.h"
#include "support/eventually.h"
#include "support/redis_server.h"

namespace reverb {
namespace {

using reverb::testing::CertificateFiles;
using reverb::testing::Peer;
using reverb::testing::PeerConnection;
using reverb::testing::RedisServer;
using std::chrono::milliseconds;

const ClusterNames names("test:", "reverb");

PublisherTarget target_at(const RedisConfig& redis) {
    PublisherTarget target;
    target.scaling.enabled = true;
    target.scaling.prefix = "test:";
    target.scaling.redis = redis;
    target.app_ids = {"1001"};
    target.cache_ttl = std::chrono::seconds(60);
    return target;
}

std::unique_ptr<PublisherConnection> publisher_to(const RedisConfig& redis) {
    return PublisherConnection::open(target_at(redis));
}

// Of a Redis with a user who may do no more than that.
std::vector<std::string> user_who_may(const std::vector<std::string>& rules) {
    std::vector<std::string> options{"--user", "p", "on", ">pw", "resetchannels"};
    options.insert(options.end(), rules.begin(), rules.end());
    return options;
}

RedisConfig config_of_user(const RedisServer& redis) {
    RedisConfig config = redis.config();
    config.username = "p";
    config.password = "pw";
    return config;
}

PublishRequest event_for(std::vector<std::string> channels, std::string data = R"({"a":"é"})") {
    return {"1001", std::move(channels), "App\\Events\\Sent", std::move(data), "", ""};
}

std::string bucket(const std::string& channel) {
    return names.bucket(channel_key("1001", channel));
}

// A node, as far as it hears what is published on the buckets of some channels.
class Listening {
  public:
    explicit Listening(const RedisConfig& redis, const std::vector<std::string>& channels)
        : link_(redis, {.address = {redis.host, redis.port, {}}}, Deadline(testing::patience)) {
        for (const std::string& channel : channels) {
            static_cast<void>(
                link_.ask({"SUBSCRIBE", bucket(channel)}, Deadline(testing::patience)));
        }
    }

    // "channel message", of the next event.
    std::string next() {
        const RedisReply& reply = link_.receive(Deadline(testing::patience));
        const auto message = envelope::read(reply.elements.at(2).text);
        if (!message || !std::holds_alternative<envelope::Event>(message->content)) {
            return "no event";
        }
        const auto& event = std::get<envelope::Event>(message->content);
        except = event.except;
        from = message->from;
        return std::string(channel_of_key(event.key)) + " " + std::string(event.message);
    }

    SocketId except;
    NodeId from;

  private:
    RedisLink link_;
};

std::string connect_fault(PublisherConnection& publisher) {
    try {
        publisher.connect();
        return "";
    } catch (const ConnectError& error) {
        return error.what();
    }
}

std::string publish_fault(PublisherConnection& publisher, const PublishRequest& request) {
    try {
        static_cast<void>(publisher.publish(request));
        return "";
    } catch (const ConnectError& error) {
        return std::string("not sent: ") + error.what();
    } catch (const OutcomeUnknown& error) {
        return std::string("unknown: ") + error.what();
    }
}

TEST(RedisPublisher, LogsInAsAUserWithoutAPassword) {
    const RedisServer redis;
    redis.ask({"ACL", "SETUSER", "publisher", "on", "nopass", "~*", "&*", "+@all"});
    RedisConfig config = redis.config();
    config.username = "publisher";
    const auto publisher = publisher_to(config);
    ASSERT_EQ(publisher->publish(event_for({"room"})).status, 200);
    EXPECT_NE(redis.ask({"CLIENT", "LIST"}).text.find(" user=publisher "), std::string::npos);
}

TEST(RedisPublisher, PublishesToTheBucketOfEachChannelAsANodeWould) {
    const RedisServer redis;
    Listening node(redis.config(), {"room", "private-x", "room"});
    const auto publisher = publisher_to(redis.config());
    EXPECT_FALSE(publisher->connected());

    PublishRequest request = event_for({"room", "private-x"});
    request.except = "12.34";
    const Answer answer = publisher->publish(request);

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "{}");
    EXPECT_TRUE(publisher->connected());
    EXPECT_FALSE(publisher->busy());
    EXPECT_EQ(node.next(),
              R"(room {"event":"App\\Events\\Sent","data":"{\"a\":\"é\"}","channel":"room"})");
    EXPECT_EQ(node.except.text(), "12.34");
    EXPECT_NE(node.from, NodeId{});
    EXPECT_EQ(
        node.next(),
        R"(private-x {"event":"App\\Events\\Sent","data":"{\"a\":\"é\"}","channel":"private-x"})");
}

TEST(RedisPublisher, KeepsOrderAndItsConnection) {
    const RedisServer redis;
    Listening node(redis.config(), {"room"});
    const auto publisher = publisher_to(redis.config());
    const std::string clients = "total_connections_received:";
    publisher->connect();
    const auto connections = [&] {
        const std::string info = redis.ask({"INFO", "stats"}).text;
        return std::stol(info.substr(info.find(clients) + clients.size()));
    };
    const long before = connections();
    for (int i = 0; i < 1'000; ++i) {
        ASSERT_EQ(publisher->publish(event_for({"room"}, std::to_string(i))).status, 200);
    }
    EXPECT_EQ(connections() - before, 1);  // that of the second question
    for (int i = 0; i < 1'000; ++i) {
        ASSERT_EQ(node.next(), R"(room {"event":"App\\Events\\Sent","data":")" + std::to_string(i) +
                                   R"(","channel":"room"})");
    }
}

TEST(RedisPublisher, ACacheChannelKeepsItsEventForItsTime) {
    const RedisServer redis;
    const auto publisher = publisher_to(redis.config());
    EXPECT_EQ(publisher->publish(event_for({"cache-news", "room"}, "1")).status, 200);
    const std::string key = names.cache(channel_key("1001", "cache-news"));
    EXPECT_EQ(redis.ask({"GET", key}).text,
              R"({"event":"App\\Events\\Sent","data":"1","channel":"cache-news"})");
    const std::int64_t left = redis.ask({"PTTL", key}).integer;
    EXPECT_GT(left, 50'000);
    EXPECT_LE(left, 60'000);
    EXPECT_EQ(redis.ask({"DBSIZE"}).integer, 1);
}

TEST(RedisPublisher, PublishesToManyChannels) {
    const RedisServer redis;
    std::vector<std::string> channels;
    // More than the kernel takes at once, so Redis answers while it is still sent to.
    for (int i = 0; i < 2'000; ++i) {
        channels.push_back("room-" + std::to_string(i));
    }
    Listening node(redis.config(), channels);
    const auto publisher = publisher_to(redis.config());
    const std::string data(10'000, 'x');
    EXPECT_EQ(publisher->publish(event_for(channels, data)).status, 200);
    for (const std::string& channel : channels) {
        const std::string heard = node.next();
        ASSERT_EQ(heard.substr(0, heard.find(' ')), channel);
        ASSERT_GT(heard.size(), data.size());
    }
}

TEST(RedisPublisher, RefusesWhatAServerWouldRefuse) {
    const auto publisher = publisher_to({});  // nobody is asked
    const auto answer = [&](const PublishRequest& request) {
        const Answer refused = publisher->publish(request);
        return std::to_string(refused.status) + " " + refused.body;
    };
    PublishRequest request = event_for({"room"});
    request.app_id = "2002";
    EXPECT_EQ(answer(request), "404 No matching application for ID [2002].");
    EXPECT_EQ(answer(event_for({})), "400 The event names no channel.");
    EXPECT_EQ(answer(event_for({"room"}, "\xff")), "400 The event's data is not UTF-8.");
    EXPECT_EQ(answer(event_for({"a b"})).substr(0, 27), "400 The channel name \"a b\" ");
    request = event_for({"room"});
    request.except = "nobody";
    EXPECT_EQ(answer(request), "400 The socket id is not two numbers joined by a dot.");
    EXPECT_EQ(answer(event_for({"room"}, std::string(1U << 20U, 'x'))),
              "413 The event's data has 1048578 bytes as JSON, too many for an outbox_limit of "
              "1048576.");
    EXPECT_FALSE(publisher->connected());
}

TEST(RedisPublisher, TellsNoStatus) {
    EXPECT_THROW(static_cast<void>(publisher_to({})->status()), NoStatus);
}

TEST(RedisPublisher, LogsInAndUsesItsDatabase) {
    const RedisServer redis({"--requirepass", "s3cret"});
    RedisConfig config = redis.config();
    const std::string name = "Redis at 127.0.0.1:" + std::to_string(config.port);
    EXPECT_EQ(connect_fault(*publisher_to(config)),
              name +
                  " refuses: NOAUTH Authentication required. Check scaling.server.username and "
                  "scaling.server.password.");
    config.password = "wrong";
    EXPECT_EQ(connect_fault(*publisher_to(config)),
              name +
                  " refuses: WRONGPASS invalid username-password pair or user is disabled. "
                  "Check scaling.server.username and scaling.server.password.");
    config.password = "s3cret";
    config.username = "default";
    config.database = 3;
    const auto publisher = publisher_to(config);
    EXPECT_EQ(publisher->publish(event_for({"cache-news"})).status, 200);
    EXPECT_EQ(testing::ask_redis(config.port, {"INFO", "keyspace"}, "s3cret").text.substr(0, 22),
              "# Keyspace\r\ndb3:keys=1");
    config.database = 99;
    EXPECT_EQ(connect_fault(*publisher_to(config)),
              name + " refuses: ERR DB index is out of range. Check scaling.server.database.");
}

TEST(RedisPublisher, SpeaksOverAUnixSocket) {
    const RedisServer redis;
    RedisConfig config;
    config.host.clear();
    config.path = redis.socket();
    EXPECT_EQ(publisher_to(config)->publish(event_for({"room"})).status, 200);
    config.path += "-not";
    EXPECT_EQ(connect_fault(*publisher_to(config)),
              "Redis at " + config.path +
                  " cannot be reached: No such file or directory. Check scaling.server.path.");
}

TEST(RedisPublisher, SaysWhyThereIsNoConnection) {
    RedisServer redis;
    const RedisConfig config = redis.config();
    const std::string name = "Redis at 127.0.0.1:" + std::to_string(config.port);
    redis.stop();
    const auto publisher = publisher_to(config);
    const std::string refused = name +
                                " cannot be reached: Connection refused. Check "
                                "scaling.server.host and scaling.server.port.";
    EXPECT_EQ(connect_fault(*publisher), refused);
    EXPECT_EQ(publish_fault(*publisher, event_for({"room"})), "not sent: " + refused);

    RedisConfig nowhere;
    nowhere.host = "no.such.name.invalid";
    EXPECT_EQ(connect_fault(*publisher_to(nowhere))
                  .find("Redis at no.such.name.invalid:6379 cannot be reached: the host "
                        "\"no.such.name.invalid\" cannot be resolved: "),
              0U);
}

TEST(RedisPublisher, AReplicaIsNoPlaceToPublish) {
    const RedisServer master;
    const RedisServer replica({"--replicaof", "127.0.0.1 " + std::to_string(master.port())});
    EXPECT_EQ(connect_fault(*publisher_to(replica.config())),
              "Redis at 127.0.0.1:" + std::to_string(replica.port()) +
                  " is a replica, not a master. Check scaling.server.host and "
                  "scaling.server.port.");
}

// Its connections stay as they are, and what comes by them reaches no node.
TEST(RedisPublisher, AMasterThatBecameAReplicaIsNotSentTo) {
    const RedisServer redis;
    const RedisServer master;
    RedisConfig config = redis.config();
    config.ping_interval = milliseconds(1);
    const auto publisher = publisher_to(config);
    ASSERT_EQ(publisher->publish(event_for({"room"})).status, 200);
    redis.ask({"REPLICAOF", "127.0.0.1", std::to_string(master.port())});
    std::this_thread::sleep_for(milliseconds(2));
    EXPECT_EQ(publish_fault(*publisher, event_for({"room"})),
              "not sent: Redis at 127.0.0.1:" + std::to_string(redis.port()) +
                  " is a replica, not a master. Check scaling.server.host and "
                  "scaling.server.port.");
    redis.ask({"REPLICAOF", "NO", "ONE"});
    EXPECT_EQ(publisher->publish(event_for({"room"})).status, 200);
}

std::int64_t calls_of(const RedisServer& redis, const std::string& command) {
    const std::string info = redis.ask({"INFO", "commandstats"}).text;
    const std::string head = "cmdstat_" + command + ":calls=";
    const std::size_t at = info.find(head);
    return at == std::string::npos ? 0 : std::stol(info.substr(at + head.size()));
}

TEST(RedisPublisher, EventsInQuickSuccessionTakeARoundTripEach) {
    const RedisServer redis;
    RedisConfig config = redis.config();
    config.ping_interval = std::chrono::minutes(1);
    const auto publisher = publisher_to(config);
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(publisher->publish(event_for({"room"})).status, 200);
    }
    EXPECT_EQ(calls_of(redis, "role"), 1);
}

TEST(RedisPublisher, AUserWhoMayNotAskForTheRoleKeepsItsConnection) {
    const RedisServer redis(user_who_may({"&" + bucket("room"), "+publish", "+ping"}));
    RedisConfig config = config_of_user(redis);
    config.ping_interval = milliseconds(1);
    const auto publisher = publisher_to(config);
    publisher->connect();
    const std::string user = " user=p ";
    const auto connection = [&] {
        const std::string list = redis.ask({"CLIENT", "LIST"}).text;
        const std::size_t at = list.rfind("id=", list.find(user));
        return list.substr(at, list.find(' ', at) - at);
    };
    const std::string first = connection();
    for (int i = 0; i < 3; ++i) {
        std::this_thread::sleep_for(milliseconds(2));
        EXPECT_EQ(publisher->publish(event_for({"room"})).status, 200);
    }
    EXPECT_EQ(connection(), first);
    const std::string info = redis.ask({"INFO", "commandstats"}).text;
    const std::size_t role = info.find("cmdstat_role:");
    ASSERT_NE(role, std::string::npos);
    EXPECT_EQ(info.substr(info.find("rejected_calls=", role), 16), "rejected_calls=1");
}

TEST(RedisPublisher, PublishesWhereThereIsNoSuchCommandAsRole) {
    const RedisServer redis({"--rename-command", "ROLE", ""});
    EXPECT_EQ(publisher_to(redis.config())->publish(event_for({"room"})).status, 200);
}

TEST(RedisPublisher, FindsAServerThatWasStartedAgain) {
    RedisServer redis;
    const auto publisher = publisher_to(redis.config());
    EXPECT_EQ(publisher->publish(event_for({"room"})).status, 200);
    redis.stop();
    redis.start();
    Listening node(redis.config(), {"room"});
    EXPECT_EQ(publisher->publish(event_for({"room"}, "again")).status, 200);
    EXPECT_NE(node.next().find("again"), std::string::npos);
}

TEST(RedisPublisher, AServerThatDoesNotAnswerLeavesTheOutcomeUnknown) {
    const RedisServer redis;
    PublisherTarget target = target_at(redis.config());
    target.timeout = milliseconds(200);
    const auto publisher = PublisherConnection::open(target);
    publisher->connect();
    Listening node(redis.config(), {"room"});
    redis.freeze();
    EXPECT_EQ(publish_fault(*publisher, event_for({"room"}, "1")),
              "unknown: Redis at 127.0.0.1:" + std::to_string(redis.port()) +
                  ": no answer in time (timeout); the event was sent and may or may not have been "
                  "delivered");
    EXPECT_FALSE(publisher->connected());
    redis.thaw();
    EXPECT_EQ(publisher->publish(event_for({"room"}, "2")).status, 200);
    EXPECT_NE(node.next().find(R"("data":"1")"), std::string::npos);
    // Once, although nobody knew.
    EXPECT_NE(node.next().find(R"("data":"2")"), std::string::npos);
}

TEST(RedisPublisher, AConnectionThatEndsBeforeTheAnswerLeavesItUnknownAndIsNotTriedAgain) {
    const Peer peer = Peer::tcp([](PeerConnection& connection, int) {
        connection.read_some();
        connection.write("+PONG\r\n*1\r\n$6\r\nmaster\r\n");
        connection.read_some();
    });
    RedisConfig config;
    config.port = peer.port();
    EXPECT_EQ(publish_fault(*publisher_to(config), event_for({"room"})).substr(0, 9), "unknown: ");
    EXPECT_EQ(peer.accepted(), 1);
}

TEST(RedisPublisher, WhatIsNoRedisIsToldSo) {
    const Peer peer = Peer::tcp([](PeerConnection& connection, int) {
        connection.read_some();
        connection.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    RedisConfig config;
    config.port = peer.port();
    EXPECT_NE(connect_fault(*publisher_to(config)).find("does not speak Redis' protocol"),
              std::string::npos);
}

TEST(RedisPublisher, WhatAUserMayNotPublishIsRefusedWholeOrInPart) {
    const RedisServer redis(user_who_may({"&" + bucket("room"), "+publish", "+ping"}));
    const RedisConfig config = config_of_user(redis);
    const auto publisher = publisher_to(config);
    EXPECT_EQ(publisher->publish(event_for({"room"})).status, 200);

    const std::string refusal = "Redis at 127.0.0.1:" + std::to_string(config.port) +
                                " refuses: NOPERM this user has no permissions to access one of "
                                "the channels used as arguments. Check what the user of "
                                "scaling.server.username and scaling.server.password may do.";
    EXPECT_EQ(publish_fault(*publisher, event_for({"other"})), "not sent: " + refusal);

    const Answer answer = publisher->publish(event_for({"other", "room"}));
    EXPECT_EQ(answer.status, 502);
    EXPECT_EQ(answer.body, refusal + " The event reached a part of its channels only.");
}

// A job that were told of a failure would be tried again.
TEST(RedisPublisher, AnEventThatRedisHasNoRoomForIsDeliveredNevertheless) {
    const RedisServer redis({"--maxmemory", "1"});
    Listening node(redis.config(), {"cache-news", "room"});
    const auto publisher = publisher_to(redis.config());
    PublishRequest request = event_for({"cache-news", "room"}, "1");
    for (const char* body : {"{}", R"({"channels":{"cache-news":{"occupied":false},)"
                                   R"("room":{"occupied":false}}})"}) {
        const Answer answer = publisher->publish(request);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, body);
        EXPECT_TRUE(publisher->connected());
        EXPECT_EQ(node.next().substr(0, 11), "cache-news ");
        EXPECT_EQ(node.next().substr(0, 5), "room ");
        request.info = "occupied";
    }
}

TEST(RedisPublisher, WhatWasPublishedToAReplicaMayHaveReachedNobody) {
    const RedisServer redis;
    RedisConfig config = redis.config();
    config.ping_interval = std::chrono::minutes(1);
    const auto publisher = publisher_to(config);
    publisher->connect();
    redis.ask({"REPLICAOF", "127.0.0.1", std::to_string(testing::free_port())});
    EXPECT_EQ(publish_fault(*publisher, event_for({"cache-news"})),
              "unknown: Redis at 127.0.0.1:" + std::to_string(config.port) +
                  " refuses: READONLY You can't write against a read only replica.; the event was "
                  "sent and may or may not have been delivered");
    EXPECT_FALSE(publisher->connected());
}

TEST(RedisPublisher, AnEventRefusedInPartIsNoSuccessForBeingKeptNowhere) {
    const RedisServer redis(user_who_may({"&" + bucket("room"), "+publish", "+ping"}));
    const auto publisher = publisher_to(config_of_user(redis));
    const Answer answer = publisher->publish(event_for({"cache-news", "room"}));
    EXPECT_EQ(answer.status, 502);
    EXPECT_NE(answer.body.find("The event reached a part of its channels only."), std::string::npos)
        << answer.body;
    EXPECT_EQ(publish_fault(*publisher, event_for({"cache-news"})).substr(0, 10), "not sent: ");
}

TEST(RedisPublisher, SpeaksTlsAndChecksWhoAnswers) {
    const CertificateFiles files;
    const std::uint16_t port = testing::free_port();
    const RedisServer redis({"--tls-port", std::to_string(port), "--tls-cert-file",
                             files.certificate(), "--tls-key-file", files.key(),
                             "--tls-ca-cert-file", files.certificate(), "--tls-auth-clients",
                             "no"});
    RedisConfig config = redis.config();
    config.port = port;
    config.tls = true;
    config.host = "localhost";
    config.ca_file = files.certificate();
    Listening node(redis.config(), {"room"});
    const auto publisher = publisher_to(config);
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(publisher->publish(event_for({"room"}, std::string(20'000, 'x'))).status, 200);
    }
    for (int i = 0; i < 100; ++i) {
        ASSERT_GT(node.next().size(), 20'000U);
    }

    const std::string name = ":" + std::to_string(port);
    const std::string check = ". Check scaling.server.scheme and the settings of TLS beside it.";
    config.host = "127.0.0.1";
    EXPECT_EQ(connect_fault(*publisher_to(config)),
              "Redis at 127.0.0.1" + name +
                  ": its certificate is not accepted for \"127.0.0.1\": IP address mismatch" +
                  check);
    config.peer_name = "localhost";
    EXPECT_EQ(connect_fault(*publisher_to(config)), "");
    config.ca_file = "/nowhere.pem";
    EXPECT_NE(connect_fault(*publisher_to(config)).find("\"/nowhere.pem\" cannot be used"),
              std::string::npos);
    config.ca_file.clear();
    EXPECT_NE(connect_fault(*publisher_to(config)).find("self-signed certificate"),
              std::string::npos);
    config.verify_peer = false;
    EXPECT_EQ(connect_fault(*publisher_to(config)), "");
    // Neither side understands the other.
    config.tls = false;
    EXPECT_NE(connect_fault(*publisher_to(config)), "");
    config.tls = true;
    config.port = redis.port();
    EXPECT_NE(connect_fault(*publisher_to(config)).find("TLS"), std::string::npos);
}

// Answers questions as a node would that knows this much.
class Answering {
  public:
    Answering(const RedisConfig& redis, Facts facts, std::uint64_t late = 0)
        : facts_(std::move(facts)),
          late_(late),
          hears_(redis, {.address = {redis.host, redis.port, {}}}, Deadline(testing::patience)),
          says_(redis, {.address = {redis.host, redis.port, {}}}, Deadline(testing::patience)) {
        static_cast<void>(hears_.ask({"SUBSCRIBE", names.control()}, Deadline(testing::patience)));
        thread_ = std::thread([this] { answer(); });
    }
    ~Answering() { thread_.join(); }
    envelope::Asked asked;

  private:
    void answer() {
        const RedisReply& reply = hears_.receive(Deadline(testing::patience));
        const auto message = envelope::read(reply.elements.at(2).text);
        asked = std::get<envelope::Asked>(message->content);
        // One to an earlier question, which came too late for that.
        for (const std::uint64_t number : {late_, asked.number}) {
            for (const std::string& part : envelope::replies(NodeId::random(), number, facts_)) {
                static_cast<void>(
                    says_.ask({"RPUSH", asked.reply_list, part}, Deadline(testing::patience)));
            }
        }
    }

    Facts facts_;
    std::uint64_t late_;
    RedisLink hears_;
    RedisLink says_;
    std::thread thread_;
};

Facts facts_of(const std::string& channel, std::uint64_t subscribers, std::uint64_t users = 0) {
    Facts facts;
    facts.channels[channel].subscribers = subscribers;
    facts.channels[channel].users = users;
    return facts;
}

TEST(RedisPublisher, TellsWhatAllNodesKnowOfTheChannels) {
    const RedisServer redis;
    const auto publisher = publisher_to(redis.config());
    PublishRequest request = event_for({"room", "presence-room", "cache-news", "empty"}, "1");
    request.info = "occupied,user_count,subscription_count,cache";
    Facts first = facts_of("room", 3);
    first.add(facts_of("presence-room", 4, 2));
    const auto started = std::chrono::steady_clock::now();
    Answer answer;
    {
        const Answering one(redis.config(), first);
        const Answering other(redis.config(), facts_of("room", 5));
        answer = publisher->publish(request);
        EXPECT_LT(std::chrono::steady_clock::now() - started, milliseconds(450));
    }
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"channels":{"room":{"occupied":true,"subscription_count":8},)"
                           R"("presence-room":{"occupied":true,"user_count":2},)"
                           R"("cache-news":{"occupied":false,"subscription_count":0,"cache":)"
                           R"({"event":"App\\Events\\Sent","data":"1","channel":"cache-news"}},)"
                           R"("empty":{"occupied":false,"subscription_count":0}}})");
    EXPECT_TRUE(publisher->connected());
    EXPECT_FALSE(publisher->busy());
}

TEST(RedisPublisher, AnAnswerInSeveralPartsIsThatOfOneNode) {
    const RedisServer redis;
    std::vector<std::string> channels;
    Facts facts;
    for (int i = 0; i < 1'000; ++i) {
        channels.push_back("room-" + std::to_string(i) + std::string(150, 'x'));
        facts.add(facts_of(channels.back(), 1));
    }
    ASSERT_GT(envelope::replies(NodeId::random(), 1, facts).size(), 2U);
    PublishRequest request = event_for(channels);
    request.info = "subscription_count";
    const auto publisher = publisher_to(redis.config());
    Answer answer;
    {
        const Answering one(redis.config(), facts);
        const Answering other(redis.config(), facts);
        answer = publisher->publish(request);
    }
    std::size_t both = 0;
    const std::string two = R"({"subscription_count":2})";
    for (std::size_t at = answer.body.find(two); at != std::string::npos;
         at = answer.body.find(two, at + 1)) {
        ++both;
    }
    EXPECT_EQ(both, channels.size());
}

// PHP's setlocale() is that of the process, and std::to_string(double) writes as it says.
TEST(RedisPublisher, AsksForAnswersInEveryLocaleAlike) {
    const RedisServer redis;
    RedisLink monitor(redis.config(), {.address = {"127.0.0.1", redis.port(), {}}},
                      Deadline(testing::patience));
    static_cast<void>(monitor.ask({"MONITOR"}, Deadline(testing::patience)));
    const auto publisher = publisher_to(redis.config());
    PublishRequest request = event_for({"room"});
    request.info = "subscription_count";
    const std::string before = std::setlocale(LC_NUMERIC, nullptr);
    std::setlocale(LC_NUMERIC, "de_DE.UTF-8");  // where it is installed
    Answer answer;
    {
        const Answering node(redis.config(), facts_of("room", 7));
        answer = publisher->publish(request);
    }
    std::setlocale(LC_NUMERIC, before.c_str());
    EXPECT_EQ(answer.body, R"({"channels":{"room":{"subscription_count":7}}})");
    std::string asked;
    while (asked.find("BLPOP") == std::string::npos) {
        asked = monitor.receive(Deadline(testing::patience)).text;
    }
    EXPECT_TRUE(std::regex_search(asked, std::regex(R"( "0\.[0-9]{3}"$)"))) << asked;
}

TEST(RedisPublisher, ANodeThatDoesNotAnswerIsWaitedForShortly) {
    const RedisServer redis;
    const auto publisher = publisher_to(redis.config());
    PublishRequest request = event_for({"room"});
    request.info = "subscription_count";
    RedisLink silent(redis.config(), {.address = {"127.0.0.1", redis.port(), {}}},
                     Deadline(testing::patience));
    static_cast<void>(silent.ask({"SUBSCRIBE", names.control()}, Deadline(testing::patience)));
    const auto started = std::chrono::steady_clock::now();
    {
        const Answering node(redis.config(), facts_of("room", 7));
        EXPECT_EQ(publisher->publish(request).body,
                  R"({"channels":{"room":{"subscription_count":7}}})");
    }
    EXPECT_GT(std::chrono::steady_clock::now() - started, milliseconds(450));
    EXPECT_LT(std::chrono::steady_clock::now() - started, milliseconds(3'000));
    EXPECT_TRUE(publisher->connected());
    // No node at all is no reason to wait.
    const RedisServer alone;
    const auto other = publisher_to(alone.config());
    EXPECT_EQ(other->publish(request).body, R"({"channels":{"room":{"subscription_count":0}}})");
}

TEST(RedisPublisher, WhatCannotBeToldOfChannelsIsSaid) {
    const RedisServer redis(user_who_may({"&" + bucket("room"), "+publish", "+ping"}));
    PublishRequest request = event_for({"room"});
    request.info = "occupied";
    const Answer answer = publisher_to(config_of_user(redis))->publish(request);
    EXPECT_EQ(answer.status, 502);
    EXPECT_NE(answer.body.find("may do. The event was delivered; what was asked of its channels "
                               "cannot be told."),
              std::string::npos)
        << answer.body;
}

// Counts that were zero for each event would be believed.
TEST(RedisPublisher, WhoMayNotReadTheAnswersIsToldSo) {
    const RedisServer redis(user_who_may({"&test:*", "~test:*", "+publish", "+ping", "+set"}));
    const auto publisher = publisher_to(config_of_user(redis));
    PublishRequest request = event_for({"room"});
    request.info = "subscription_count";
    Answer refused;
    {
        const Answering node(redis.config(), facts_of("room", 7));
        refused = publisher->publish(request);
    }
    EXPECT_EQ(refused.status, 502);
    EXPECT_NE(refused.body.find("NOPERM"), std::string::npos) << refused.body;
    EXPECT_NE(refused.body.find("The event was delivered; what was asked of its channels cannot "
                                "be told."),
              std::string::npos)
        << refused.body;
    redis.ask({"ACL", "SETUSER", "p", "+blpop"});
    const Answering node(redis.config(), facts_of("room", 7));
    EXPECT_EQ(publisher->publish(request).body,
              R"({"channels":{"room":{"subscription_count":7}}})");
}

TEST(RedisPublisher, AForkedChildOpensAConnectionOfItsOwn) {
    const RedisServer redis;
    Listening node(redis.config(), {"room"});
    const auto publisher = publisher_to(redis.config());
    ASSERT_EQ(publisher->publish(event_for({"room"}, "1")).status, 200);
    const pid_t child = ::fork();
    if (child == 0) {
        const bool apart = !publisher->connected();
        const Answer answer = publisher->publish(event_for({"room"}, "2"));
        ::_exit(apart && answer.status == 200 ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(publisher->connected());
    EXPECT_EQ(publisher->publish(event_for({"room"}, "3")).status, 200);
    for (const char* data : {R"("data":"1")", R"("data":"2")", R"("data":"3")"}) {
        EXPECT_NE(node.next().find(data), std::string::npos);
    }
}

}  // namespace
}  // namespace reverb
