// What a session makes of a message, whatever it is.
#include <gtest/gtest.h>

#include "support/session_world.h"

namespace reverb {
namespace {

using testing::error_message;
using testing::SessionWorld;

const std::string invalid = error_message(4200, "Invalid message format");

TEST(SessionMessages, PingIsAnsweredWithPong) {
    SessionWorld world;
    const auto client = world.connect();
    for (const char* ping : {R"({"event":"pusher:ping","data":{}})", R"({"event":"pusher:ping"})",
                             R"({"event":"pusher:ping","data":""})"}) {
        EXPECT_EQ(world.ask(*client, ping), R"({"event":"pusher:pong"})") << ping;
    }
    EXPECT_EQ(world.shared.counters.messages_received, 3U);
}

TEST(SessionMessages, PongIsTakenInSilence) {
    SessionWorld world;
    const auto client = world.connect();
    EXPECT_TRUE(world.send(*client, R"({"event":"pusher:pong","data":{}})").empty());
}

// Error 4200, and the connection stays.
TEST(SessionMessages, MalformedOnesAreAnsweredAndTheConnectionStays) {
    SessionWorld world;
    const auto client = world.connect();
    for (const char* message : {
             "",
             " ",
             "hello",
             "1",
             "\"text\"",
             "true",
             "null",
             "[]",
             "[{}]",
             "{",
             "{}",
             "{}x",
             R"({"data":{}})",
             R"({"event":null})",
             R"({"event":1})",
             R"({"event":[]})",
             R"({"event":{"a":1}})",
             R"({"event":"pusher:ping"}{"event":"pusher:ping"})",
             // Events of pusher's own name space that a client has no business with.
             R"({"event":"pusher:"})",
             R"({"event":"pusher:unknown"})",
             R"({"event":"pusher:signin","data":{}})",
             R"({"event":"pusher:connection_established","data":{}})",
             R"({"event":"pusher:error","data":{}})",
             R"({"event":"pusher:PING"})",
             // Subscriptions without what they need.
             R"({"event":"pusher:subscribe"})",
             R"({"event":"pusher:subscribe","data":null})",
             R"({"event":"pusher:subscribe","data":""})",
             R"({"event":"pusher:subscribe","data":1})",
             R"({"event":"pusher:subscribe","data":[]})",
             R"({"event":"pusher:subscribe","data":{}})",
             R"({"event":"pusher:subscribe","channel":"a"})",
             R"({"event":"pusher:subscribe","data":{"channel":null}})",
             R"({"event":"pusher:subscribe","data":{"channel":1}})",
             R"({"event":"pusher:subscribe","data":{"channel":""}})",
             R"({"event":"pusher:subscribe","data":{"channel":["a"]}})",
             R"({"event":"pusher:subscribe","data":{"channel":"a","auth":1}})",
             R"({"event":"pusher:subscribe","data":{"channel":"a","auth":[]}})",
             R"({"event":"pusher:subscribe","data":{"channel":"a","channel_data":{}}})",
             R"({"event":"pusher:subscribe","data":{"channel":"a","channel_data":"x"}})",
             R"({"event":"pusher:unsubscribe"})",
             R"({"event":"pusher:unsubscribe","data":{}})",
             R"({"event":"pusher:unsubscribe","data":{"channel":1}})",
             // Client events that carry neither an object nor an array, or name no channel.
             R"({"event":"client-a"})",
             R"({"event":"client-a","data":{}})",
             R"({"event":"client-a","channel":1,"data":{}})",
             R"({"event":"client-a","channel":"private-a","data":"text"})",
             R"({"event":"client-a","channel":"private-a","data":1})",
             R"({"event":"client-a","channel":"private-a","data":true})",
         }) {
        EXPECT_EQ(world.ask(*client, message), invalid) << message;
        EXPECT_FALSE(client->transport.closed) << message;
    }
    EXPECT_EQ(world.ask(*client, R"({"event":"pusher:ping"})"), R"({"event":"pusher:pong"})");
    EXPECT_EQ(world.shared.applications.channels(), 0U);
}

TEST(SessionMessages, NamesTooLongAreMalformed) {
    SessionWorld world;
    const auto client = world.connect();
    world.subscribe(*client, "private-a");
    const auto event_of = [](std::size_t length) {
        return R"({"event":"client-)" + std::string(length - 7, 'e') +
               R"(","channel":"private-a","data":{}})";
    };
    EXPECT_EQ(world.ask(*client, event_of(201)), invalid);
    EXPECT_TRUE(world.send(*client, event_of(200)).empty());
}

TEST(SessionMessages, EventsOfOtherNamesAreIgnored) {
    SessionWorld world;
    const auto client = world.connect();
    for (const char* message :
         {R"({"event":"mine","data":{}})", R"({"event":""})", R"({"event":"pusher"})",
          R"({"event":"pusher_internal:member_added","channel":"presence-a","data":{}})",
          R"({"event":"Client-a","channel":"private-a","data":{}})"}) {
        EXPECT_TRUE(world.send(*client, message).empty()) << message;
    }
}

TEST(SessionMessages, DataMayBeAJsonString) {
    SessionWorld world;
    const auto client = world.connect();
    EXPECT_EQ(world.ask(*client, R"({"event":"pusher:subscribe","data":"{\"channel\":\"a\"}"})"),
              R"({"event":"pusher_internal:subscription_succeeded","data":"{}","channel":"a"})");
    EXPECT_EQ(world.subscribers("a"), 1U);
    EXPECT_TRUE(
        world.send(*client, R"({"event":"pusher:unsubscribe","data":"{\"channel\":\"a\"}"})")
            .empty());
    EXPECT_EQ(world.subscribers("a"), 0U);
}

TEST(SessionMessages, AreToldWholeAfterTheyWereHandled) {
    SessionWorld world;
    const auto client = world.connect();
    const std::string message = R"({ "event" : "client-a", "channel":"private-a","data": {} })";
    world.subscribe(*client, "private-a");
    (void)world.hooks();
    world.send(*client, message);
    auto told = world.shared.hooks.take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].hook, Hook::message_received);
    EXPECT_EQ(told[0].app_id, "app-id");
    EXPECT_EQ(told[0].subject, client->id());
    EXPECT_EQ(told[0].detail, message);
    // Of any name: this is how Laravel hears of them.
    world.send(*client, R"({"event":"mine"})");
    world.send(*client, R"({"event":"pusher:ping"})");
    EXPECT_EQ(world.hooks(),
              (std::vector<std::string>{"received " + client->id(), "received " + client->id()}));
    world.send(*client, R"({"event":"pusher:subscribe","data":{"channel":"b"}})");
    EXPECT_EQ(world.hooks(), (std::vector<std::string>{"channel_created " + client->id() + " b",
                                                       "subscribed " + client->id() + " b",
                                                       "received " + client->id()}));
}

// The ping frame that goes with pusher:ping is none of the message.
TEST(SessionMessages, AreToldOnTheirWayToTheClient) {
    SessionWorld world;
    const auto client = world.connect();
    world.shared.hooks.want(Hook::message_received, false);
    world.shared.hooks.want(Hook::message_sent, true);
    world.send(*client, R"({"event":"pusher:ping"})");
    (void)client->session->heartbeat(world.now + 60'000);
    const std::string large(70'000, 'x');
    client->session->deliver(text_frame(large));
    const auto told = world.shared.hooks.take();
    ASSERT_EQ(told.size(), 3U);
    for (const HookEvent& event : told) {
        EXPECT_EQ(event.hook, Hook::message_sent);
        EXPECT_EQ(event.app_id, "app-id");
        EXPECT_EQ(event.subject, client->id());
        EXPECT_EQ(event.origin, "http://localhost");
    }
    EXPECT_EQ(told[0].detail, R"({"event":"pusher:pong"})");
    EXPECT_EQ(told[1].detail, R"({"event":"pusher:ping"})");
    EXPECT_EQ(told[2].detail, large);
}

TEST(SessionMessages, AreNotToldWhereTheyCouldNotBeHandled) {
    SessionWorld world;
    const auto client = world.connect();
    for (const char* message :
         {"hello", R"({"event":"pusher:unknown"})", R"({"event":"pusher:subscribe","data":{}})",
          R"({"event":"pusher:subscribe","data":{"channel":"a b"}})",
          R"({"event":"pusher:subscribe","data":{"channel":"private-a"}})",
          R"({"event":"pusher:unsubscribe","data":{}})", R"({"event":"client-a"})"}) {
        world.send(*client, message);
        EXPECT_TRUE(world.hooks().empty()) << message;
    }
}

}  // namespace
}  // namespace reverb
