// Events from client to client.
#include <gtest/gtest.h>

#include "support/session_world.h"

namespace reverb {
namespace {

using testing::Client;
using testing::error_message;
using testing::SessionWorld;

Application accepting(ClientEvents from) {
    Application application = testing::test_application();
    application.accept_client_events_from = from;
    return application;
}

const std::string typing = R"({"event":"client-typing","channel":"private-a","data":{"n":1}})";

TEST(SessionClientEvents, ReachTheOtherMembersAsTheyCame) {
    SessionWorld world;
    const auto sender = world.connect();
    const auto member = world.connect();
    const auto stranger = world.connect();
    world.subscribe(*sender, "private-a");
    world.subscribe(*member, "private-a");
    world.subscribe(*stranger, "private-b");
    EXPECT_TRUE(world.send(*sender, typing).empty());
    EXPECT_EQ(member->transport.take_one(),
              R"({"event":"client-typing","channel":"private-a","data":{"n":1}})");
    EXPECT_TRUE(stranger->transport.take().empty());
    EXPECT_EQ(world.shared.counters.messages_published, 1U);
}

TEST(SessionClientEvents, KeepTheShapeOfTheirData) {
    SessionWorld world;
    const auto sender = world.connect();
    const auto member = world.connect();
    world.subscribe(*sender, "private-a");
    world.subscribe(*member, "private-a");
    for (const std::string data : {"{}", "[]", "[1, 2]", R"({ "a" : 1.0 })", R"("{\"a\":1}")"}) {
        world.send(*sender, R"({"event":"client-x","channel":"private-a","data":)" + data + "}");
        EXPECT_EQ(member->transport.take_one(),
                  R"({"event":"client-x","channel":"private-a","data":)" + data + "}");
    }
    for (const char* message : {R"({"event":"client-x","channel":"private-a"})",
                                R"({"event":"client-x","channel":"private-a","data":null})"}) {
        world.send(*sender, message);
        EXPECT_EQ(member->transport.take_one(), R"({"event":"client-x","channel":"private-a"})");
    }
}

TEST(SessionClientEvents, CarryTheUserIdOfAPresenceChannelsMember) {
    SessionWorld world;
    const auto number = world.connect();
    const auto text = world.connect();
    world.subscribe(*number, "presence-a", R"({"user_id":7})");
    world.subscribe(*text, "presence-a", R"({"user_id":"8"})");
    (void)number->transport.take();
    const std::string message = R"({"event":"client-x","channel":"presence-a","data":[]})";
    world.send(*number, message);
    EXPECT_EQ(text->transport.take_one(),
              R"({"event":"client-x","channel":"presence-a","data":[],"user_id":7})");
    world.send(*text, message);
    EXPECT_EQ(number->transport.take_one(),
              R"({"event":"client-x","channel":"presence-a","data":[],"user_id":"8"})");
}

TEST(SessionClientEvents, PassOnNothingElseOfTheMessage) {
    SessionWorld world;
    const auto sender = world.connect();
    const auto member = world.connect();
    world.subscribe(*sender, "private-a");
    world.subscribe(*member, "private-a");
    world.send(*sender, R"({"user_id":"boss","event":"client-x","channel":"private-a",)"
                        R"("data":{},"extra":1})");
    EXPECT_EQ(member->transport.take_one(),
              R"({"event":"client-x","channel":"private-a","data":{}})");
}

TEST(SessionClientEvents, ComeFromMembersOnly) {
    SessionWorld world(accepting(ClientEvents::members));
    const auto sender = world.connect();
    const auto member = world.connect();
    world.subscribe(*member, "private-a");
    EXPECT_EQ(world.ask(*sender, typing),
              error_message(4009, "The client is not a member of the specified channel."));
    EXPECT_TRUE(member->transport.take().empty());
    EXPECT_FALSE(sender->transport.closed);
}

TEST(SessionClientEvents, ComeFromAllWhereTheSettingSaysSo) {
    SessionWorld world(accepting(ClientEvents::all));
    const auto sender = world.connect();
    const auto member = world.connect();
    world.subscribe(*member, "private-a");
    EXPECT_TRUE(world.send(*sender, typing).empty());
    EXPECT_EQ(member->transport.take().size(), 1U);
}

// A stranger's would be kept for as many channels as it makes up names.
TEST(SessionClientEvents, ComeFromMembersOnlyWhereTheyAreKept) {
    SessionWorld world(accepting(ClientEvents::all));
    const auto sender = world.connect();
    const std::string whisper = R"({"event":"client-x","channel":"private-cache-a","data":{}})";
    EXPECT_EQ(world.ask(*sender, whisper),
              error_message(4009, "The client is not a member of the specified channel."));
    const std::string key = channel_key("app-id", "private-cache-a");
    EXPECT_EQ(world.shared.directory.cached(key, world.now).event, nullptr);
    world.subscribe(*sender, "private-cache-a");
    EXPECT_TRUE(world.send(*sender, whisper).empty());
    EXPECT_NE(world.shared.directory.cached(key, world.now).event, nullptr);
}

TEST(SessionClientEvents, NameAChannelThatMayBe) {
    for (const ClientEvents from : {ClientEvents::members, ClientEvents::all}) {
        SessionWorld world(accepting(from));
        const auto sender = world.connect();
        for (const std::string& channel : {std::string("private-é"), std::string("private-a b"),
                                           std::string(), "private-" + std::string(200, 'a')}) {
            EXPECT_EQ(world.ask(*sender,
                                R"({"event":"client-x","data":{},"channel":")" + channel + "\"}"),
                      error_message(4200, "Invalid channel name"))
                << channel;
        }
    }
}

TEST(SessionClientEvents, AreRefusedWhereTooMuchWaitsLongBeforePublishersAre) {
    SessionWorld world;
    const auto sender = world.connect();
    const auto member = world.connect();
    world.subscribe(*sender, "private-a");
    world.subscribe(*member, "private-a");
    world.shared.thread.waiting = 5U << 20U;
    EXPECT_FALSE(world.shared.fan_out.overloaded());
    EXPECT_EQ(world.ask(*sender, typing),
              error_message(4301,
                            "The server is overloaded: too much waits to be delivered. Try "
                            "again."));
    EXPECT_TRUE(member->transport.take().empty());
    EXPECT_FALSE(sender->transport.closed);
    world.shared.thread.waiting = 0;
    EXPECT_TRUE(world.send(*sender, typing).empty());
    EXPECT_EQ(member->transport.take().size(), 1U);
}

TEST(SessionClientEvents, ComeFromNobodyWhereTheyAreOff) {
    SessionWorld world(accepting(ClientEvents::off));
    const auto sender = world.connect();
    const auto member = world.connect();
    world.subscribe(*sender, "private-a");
    world.subscribe(*member, "private-a");
    EXPECT_EQ(world.ask(*sender, typing),
              error_message(4301, "The app does not have client messaging enabled."));
    EXPECT_TRUE(member->transport.take().empty());
    // 4301 is a message only: as a close it would mean for good.
    EXPECT_FALSE(sender->transport.closed);
}

TEST(SessionClientEvents, PassOnPrivateAndPresenceChannelsOnly) {
    for (const ClientEvents from : {ClientEvents::members, ClientEvents::all}) {
        SessionWorld world(accepting(from));
        const auto sender = world.connect();
        const auto member = world.connect();
        for (const std::string channel : {"news", "cache-news", "privately"}) {
            world.subscribe(*sender, channel);
            world.subscribe(*member, channel);
            EXPECT_EQ(
                world.ask(*sender,
                          R"({"event":"client-x","data":{},"channel":")" + channel + "\"}"),
                error_message(
                    4301, "Client events are only supported on private and presence channels."));
            EXPECT_TRUE(member->transport.take().empty());
        }
    }
}

TEST(SessionClientEvents, AreToldToWhoeverHandlesThemWithTheSendersUserId) {
    SessionWorld world;
    const auto sender = world.connect();
    const auto member = world.connect();
    world.subscribe(*sender, "private-a");
    world.subscribe(*sender, "presence-b", R"({"user_id":7})");
    (void)world.hooks();
    world.shared.hooks.want(Hook::client_event, true);
    world.shared.hooks.want(Hook::message_received, false);
    world.send(*sender, typing);
    const std::string in_presence = R"({"event":"client-x","channel":"presence-b","data":[]})";
    world.send(*sender, in_presence);
    // These are not passed on.
    world.send(*member, typing);
    world.send(*sender, R"({"event":"client-x","channel":"public","data":[]})");
    const auto told = world.shared.hooks.take();
    ASSERT_EQ(told.size(), 2U);
    for (const HookEvent& event : told) {
        EXPECT_EQ(event.hook, Hook::client_event);
        EXPECT_EQ(event.subject, sender->id());
        EXPECT_EQ(event.origin, "http://localhost");
    }
    EXPECT_EQ(told[0].text, "private-a");
    EXPECT_EQ(told[0].detail, typing);
    EXPECT_EQ(told[0].user_id, "");
    EXPECT_EQ(told[1].text, "presence-b");
    EXPECT_EQ(told[1].detail, in_presence);
    EXPECT_EQ(told[1].user_id, "7");
}

TEST(SessionClientEvents, ThatPolicyRefusesAreStillTold) {
    SessionWorld world(accepting(ClientEvents::off));
    const auto sender = world.connect();
    world.send(*sender, typing);
    EXPECT_EQ(world.hooks(), (std::vector<std::string>{"received " + sender->id()}));
}

TEST(SessionClientEvents, StayWithinTheirApplication) {
    Application other = accepting(ClientEvents::all);
    other.id = "other";
    other.key = "other-key";
    SessionWorld world({accepting(ClientEvents::all), other});
    const auto sender = world.connect("other-key");
    const auto member = world.connect();
    world.subscribe(*member, "private-a");
    world.send(*sender, typing);
    EXPECT_TRUE(member->transport.take().empty());
}

}  // namespace
}  // namespace reverb
