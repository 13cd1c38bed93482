// Subscribing and leaving.
#include <gtest/gtest.h>

#include "channel/publishing.h"
#include "support/session_world.h"

namespace reverb {
namespace {

using testing::channel_auth;
using testing::Client;
using testing::error_message;
using testing::SessionWorld;
using testing::subscribe_message;

std::string succeeded(const std::string& channel) {
    return R"({"event":"pusher_internal:subscription_succeeded","data":"{}","channel":")" +
           channel + "\"}";
}

void publish(SessionWorld& world, const std::string& channel, const std::string& data) {
    PublishRequest request;
    request.app_id = world.application().id;
    request.channels = {channel};
    request.event = "E";
    request.data = data;
    ASSERT_EQ(publish_event(world.shared.services, request)->status, 200);
}

TEST(SessionChannels, APublicOneIsOpenToAll) {
    SessionWorld world;
    const auto client = world.connect();
    EXPECT_EQ(world.ask(*client, subscribe_message("news")), succeeded("news"));
    publish(world, "news", "1");
    EXPECT_EQ(client->transport.take_one(), R"({"event":"E","data":"1","channel":"news"})");
}

TEST(SessionChannels, APublicOneIgnoresAuthAndChannelData) {
    SessionWorld world;
    const auto client = world.connect();
    EXPECT_EQ(world.ask(*client, subscribe_message("news", "nonsense", R"({"user_id":1})")),
              succeeded("news"));
}

TEST(SessionChannels, ARestrictedOneTakesTheRightSignature) {
    SessionWorld world;
    const auto client = world.connect();
    for (const char* channel :
         {"private-a", "private-cache-a", "private-encrypted-a", "private-encrypted-cache-a"}) {
        const std::string auth = channel_auth(world.application(), client->id(), channel);
        const auto answers = world.send(*client, subscribe_message(channel, auth));
        ASSERT_FALSE(answers.empty());
        EXPECT_EQ(answers.front(), succeeded(channel));
    }
    // channel_data is signed as it stands.
    const std::string data = R"({ "user_id" : "7" })";
    EXPECT_EQ(world.ask(*client, subscribe_message("private-b",
                                                   channel_auth(world.application(), client->id(),
                                                                "private-b", data),
                                                   data)),
              succeeded("private-b"));
    EXPECT_EQ(world.shared.applications.channels(), 5U);
}

// subscription_error for Echo, error 4009 for applications written for laravel/reverb, no channel.
TEST(SessionChannels, ARestrictedOneRefusesEveryOtherSignature) {
    Application other = testing::test_application();
    other.id = "other";
    other.key = "other-key";
    other.secret = "other-secret";
    SessionWorld world({testing::test_application(), other});
    const auto client = world.connect();
    const auto neighbour = world.connect();
    const Application& application = world.application();
    const std::string id = client->id();
    const std::string good = channel_auth(application, id, "private-a");
    const std::string digest = good.substr(good.find(':') + 1);
    std::string upper = digest;
    for (char& c : upper) {
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    struct Row {
        std::string auth;
        std::string channel_data;
        const char* what;
    };
    const Row rows[] = {
        {"", "", "none"},
        {"app-key:", "", "no signature"},
        {digest, "", "no key"},
        {":" + digest, "", "an empty key"},
        {"app-key" + digest, "", "no colon"},
        {"other-key:" + digest, "", "another application's key"},
        {"bad-key:" + digest, "", "a key as long as ours"},
        {"app-key;" + digest, "", "another sign than the colon"},
        {"app-keys:" + digest, "", "a longer key"},
        {"app-key:" + digest.substr(1), "", "a shorter signature"},
        {"app-key:" + digest + "0", "", "a longer signature"},
        {"app-key:" + upper, "", "upper case"},
        {channel_auth(application, id, "private-b"), "", "another channel's"},
        {channel_auth(application, neighbour->id(), "private-a"), "", "another socket's"},
        {channel_auth(other, id, "private-a"), "", "another application's"},
        {good, R"({"user_id":1})", "channel_data that was not signed"},
        {channel_auth(application, id, "private-a", R"({"user_id":1})"), "",
         "channel_data left out"},
        {channel_auth(application, id, "private-a", R"({"user_id":1})"), R"({"user_id":2})",
         "channel_data that was changed"},
    };
    std::uint64_t refused = 0;
    for (const Row& row : rows) {
        EXPECT_EQ(world.send(*client, subscribe_message("private-a", row.auth, row.channel_data)),
                  (std::vector<std::string>{
                      R"({"event":"pusher:subscription_error","data":{"type":"AuthError",)"
                      R"("error":"Connection is unauthorized","status":401},)"
                      R"("channel":"private-a"})",
                      error_message(4009, "Connection is unauthorized")}))
            << row.what;
        EXPECT_EQ(world.shared.counters.auth_failures, ++refused);
    }
    EXPECT_FALSE(client->transport.closed);
    EXPECT_EQ(world.shared.applications.channels(), 0U);
    EXPECT_EQ(world.subscribers("private-a"), 0U);
    EXPECT_TRUE(world.hooks().empty());
    publish(world, "private-a", "secret");
    EXPECT_TRUE(client->transport.take().empty());
}

TEST(SessionChannels, ThePrefixNeedsItsDash) {
    SessionWorld world;
    const auto client = world.connect();
    for (const char* open : {"private", "privately", "presence", "presences", "cache", "cached"}) {
        EXPECT_EQ(world.ask(*client, subscribe_message(open)), succeeded(open));
    }
    for (const char* restricted : {"private-", "private-x", "presence-x", "presence-cache-x"}) {
        EXPECT_EQ(world.send(*client, subscribe_message(restricted)).size(), 2U) << restricted;
    }
}

TEST(SessionChannels, AUsersOwnOneIsNotForSubscribing) {
    SessionWorld world;
    const auto client = world.connect();
    const std::string channel = "#server-to-user-7";
    for (const std::string& auth :
         {std::string(), channel_auth(world.application(), client->id(), channel)}) {
        const auto answers = world.send(*client, subscribe_message(channel, auth));
        ASSERT_EQ(answers.size(), 2U);
        EXPECT_NE(answers[0].find("pusher:subscription_error"), std::string::npos);
        EXPECT_EQ(answers[1], error_message(4009, "Connection is unauthorized"));
    }
    EXPECT_EQ(world.shared.applications.channels(), 0U);
}

TEST(SessionChannels, NamesAreChecked) {
    SessionWorld world;
    const auto client = world.connect();
    for (const std::string& name :
         {std::string("a b"), std::string("a/b"), std::string("caf\xc3\xa9"), std::string(201, 'a'),
          std::string("a\0b", 3), std::string("#")}) {
        EXPECT_EQ(world.ask(*client, subscribe_message(name)),
                  error_message(4200, "Invalid channel name"));
    }
    const std::string longest(200, 'a');
    EXPECT_EQ(world.ask(*client, subscribe_message(longest)), succeeded(longest));
    EXPECT_EQ(world.shared.applications.channels(), 1U);
}

TEST(SessionChannels, SubscribingTwiceIsConfirmedTwiceAndDeliversOnce) {
    SessionWorld world;
    const auto client = world.connect();
    EXPECT_EQ(world.ask(*client, subscribe_message("news")), succeeded("news"));
    (void)world.hooks();
    EXPECT_EQ(world.ask(*client, subscribe_message("news")), succeeded("news"));
    EXPECT_EQ(world.hooks(), (std::vector<std::string>{"received " + client->id()}));
    EXPECT_EQ(world.subscribers("news"), 1U);
    publish(world, "news", "1");
    EXPECT_EQ(client->transport.take().size(), 1U);
}

TEST(SessionChannels, LeavingIsSilentAndFinal) {
    SessionWorld world;
    const auto client = world.connect();
    world.subscribe(*client, "news");
    EXPECT_TRUE(
        world.send(*client, R"({"event":"pusher:unsubscribe","data":{"channel":"news"}})").empty());
    publish(world, "news", "1");
    EXPECT_TRUE(client->transport.take().empty());
    // Once more, or where it never was: nothing to say.
    EXPECT_TRUE(
        world.send(*client, R"({"event":"pusher:unsubscribe","data":{"channel":"news"}})").empty());
    EXPECT_TRUE(
        world.send(*client, R"({"event":"pusher:unsubscribe","data":{"channel":"a b"}})").empty());
    EXPECT_EQ(world.shared.applications.channels(), 0U);
}

TEST(SessionChannels, AreTold) {
    SessionWorld world;
    const auto first = world.connect();
    const auto second = world.connect();
    const std::string a = first->id();
    const std::string b = second->id();
    world.send(*first, subscribe_message("news"));
    EXPECT_EQ(world.hooks(),
              (std::vector<std::string>{"channel_created " + a + " news",
                                        "subscribed " + a + " news", "received " + a}));
    world.send(*second, subscribe_message("news"));
    EXPECT_EQ(world.hooks(),
              (std::vector<std::string>{"subscribed " + b + " news", "received " + b}));
    EXPECT_EQ(world.shared.applications.channels(), 1U);
    world.send(*first, R"({"event":"pusher:unsubscribe","data":{"channel":"news"}})");
    EXPECT_EQ(world.hooks(),
              (std::vector<std::string>{"unsubscribed " + a + " news", "received " + a}));
    world.send(*second, R"({"event":"pusher:unsubscribe","data":{"channel":"news"}})");
    EXPECT_EQ(world.hooks(),
              (std::vector<std::string>{"unsubscribed " + b + " news",
                                        "channel_removed " + b + " news", "received " + b}));
    EXPECT_EQ(world.shared.applications.channels(), 0U);
}

TEST(SessionChannels, AreLeftByAConnectionThatEnds) {
    SessionWorld world;
    auto first = world.connect();
    const auto second = world.connect();
    world.subscribe(*first, "news");
    world.subscribe(*second, "news");
    world.subscribe(*first, "private-a");
    (void)second->transport.take();
    (void)world.hooks();
    const std::string id = first->id();
    first.reset();
    EXPECT_EQ(world.subscribers("news"), 1U);
    EXPECT_EQ(world.shared.applications.channels(), 1U);
    auto told = world.hooks();
    ASSERT_EQ(told.size(), 4U);
    EXPECT_EQ(told.back(), "connection_closed " + id);
    publish(world, "news", "1");
    EXPECT_EQ(second->transport.take().size(), 1U);
}

TEST(SessionChannels, OfTheSameNameInTwoApplicationsAreTwo) {
    Application other = testing::test_application();
    other.id = "other";
    other.key = "other-key";
    SessionWorld world({testing::test_application(), other});
    const auto ours = world.connect();
    const auto theirs = world.connect("other-key");
    world.send(*ours, subscribe_message("news"));
    world.send(*theirs, subscribe_message("news"));
    publish(world, "news", "1");
    EXPECT_EQ(ours->transport.take().size(), 1U);
    EXPECT_TRUE(theirs->transport.take().empty());
}

}  // namespace
}  // namespace reverb
