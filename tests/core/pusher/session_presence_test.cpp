// Members of presence channels: who is there, who comes, who goes.
#include <gtest/gtest.h>

#include "support/session_world.h"

namespace reverb {
namespace {

using testing::Client;
using testing::error_message;
using testing::SessionWorld;
using testing::subscribe_message;

const std::string room = "presence-room";

std::string succeeded(const std::string& presence_escaped) {
    return R"({"event":"pusher_internal:subscription_succeeded","data":"{\"presence\":)" +
           presence_escaped + R"(}","channel":"presence-room"})";
}

std::string added(const std::string& data_escaped) {
    return R"({"event":"pusher_internal:member_added","data":")" + data_escaped +
           R"(","channel":"presence-room"})";
}

std::string removed(const std::string& data_escaped) {
    return R"({"event":"pusher_internal:member_removed","data":")" + data_escaped +
           R"(","channel":"presence-room"})";
}

TEST(SessionPresence, TellsTheNewcomerWhoIsThereAndTheOthersOfIt) {
    SessionWorld world;
    const auto anna = world.connect();
    const auto bert = world.connect();
    EXPECT_EQ(world.subscribe(*anna, room, R"({"user_id":1,"user_info":{"name":"Anna"}})"),
              (std::vector<std::string>{
                  succeeded(R"({\"count\":1,\"ids\":[1],\"hash\":{\"1\":{\"name\":\"Anna\"}}})")}));
    EXPECT_EQ(
        world.subscribe(*bert, room, R"({"user_id":"b","user_info":{"name":"Bert"}})"),
        (std::vector<std::string>{succeeded(
            R"({\"count\":2,\"ids\":[1,\"b\"],\"hash\":{\"1\":{\"name\":\"Anna\"},\"b\":{\"name\":\"Bert\"}}})")}));
    EXPECT_EQ(anna->transport.take_one(),
              added(R"({\"user_id\":\"b\",\"user_info\":{\"name\":\"Bert\"}})"));
    EXPECT_TRUE(bert->transport.take().empty());
}

TEST(SessionPresence, TellsTheOthersWhoLeft) {
    SessionWorld world;
    const auto anna = world.connect();
    auto bert = world.connect();
    auto carl = world.connect();
    world.subscribe(*anna, room, R"({"user_id":1})");
    world.subscribe(*bert, room, R"({"user_id":2})");
    world.subscribe(*carl, room, R"({"user_id":3})");
    (void)anna->transport.take();
    (void)bert->transport.take();
    EXPECT_TRUE(
        world.send(*bert, R"({"event":"pusher:unsubscribe","data":{"channel":"presence-room"}})")
            .empty());
    EXPECT_EQ(anna->transport.take_one(), removed(R"({\"user_id\":2})"));
    carl.reset();
    EXPECT_EQ(anna->transport.take_one(), removed(R"({\"user_id\":3})"));
    EXPECT_TRUE(bert->transport.take().empty());
}

TEST(SessionPresence, CountsAUserOnceHoweverManyConnections) {
    SessionWorld world;
    const auto witness = world.connect();
    auto first = world.connect();
    auto second = world.connect();
    world.subscribe(*witness, room, R"({"user_id":0})");
    (void)witness->transport.take();
    world.subscribe(*first, room, R"({"user_id":7,"user_info":{"a":1}})");
    EXPECT_EQ(witness->transport.take().size(), 1U);
    EXPECT_EQ(world.subscribe(*second, room, R"({"user_id":7,"user_info":{"a":1}})"),
              (std::vector<std::string>{succeeded(
                  R"({\"count\":2,\"ids\":[0,7],\"hash\":{\"0\":{},\"7\":{\"a\":1}}})")}));
    EXPECT_TRUE(witness->transport.take().empty());
    EXPECT_TRUE(first->transport.take().empty());
    first.reset();
    EXPECT_TRUE(witness->transport.take().empty());
    second.reset();
    EXPECT_EQ(witness->transport.take_one(), removed(R"({\"user_id\":7})"));
}

TEST(SessionPresence, NeedsAUserId) {
    SessionWorld world;
    const auto client = world.connect();
    for (const char* channel_data :
         {R"({})", R"({"user_info":{}})", R"({"user_id":null})", R"({"user_id":""})",
          R"({"user_id":{}})", R"({"user_id":[1]})", R"({"user_id":1.5})", R"({"user_id":true})"}) {
        EXPECT_EQ(world.subscribe(*client, room, channel_data),
                  (std::vector<std::string>{error_message(4200, "Invalid message format")}))
            << channel_data;
    }
    // Signed, but without any channel_data.
    EXPECT_EQ(world.subscribe(*client, room),
              (std::vector<std::string>{error_message(4200, "Invalid message format")}));
    EXPECT_EQ(world.shared.applications.channels(), 0U);
}

TEST(SessionPresence, MayDoWithoutUserInfo) {
    SessionWorld world;
    const auto witness = world.connect();
    const auto client = world.connect();
    world.subscribe(*witness, room, R"({"user_id":1})");
    EXPECT_EQ(world.subscribe(*client, room, R"({"user_id":"x","user_info":null})").size(), 1U);
    (void)witness->transport.take();
    EXPECT_EQ(world.subscribers(room), 2U);
}

TEST(SessionPresence, SubscribingTwiceIsConfirmedAndToldToNobody) {
    SessionWorld world;
    const auto witness = world.connect();
    const auto client = world.connect();
    world.subscribe(*witness, room, R"({"user_id":1})");
    world.subscribe(*client, room, R"({"user_id":2})");
    (void)witness->transport.take();
    (void)world.hooks();
    EXPECT_EQ(world.subscribe(*client, room, R"({"user_id":2})"),
              (std::vector<std::string>{
                  succeeded(R"({\"count\":2,\"ids\":[1,2],\"hash\":{\"1\":{},\"2\":{}}})")}));
    EXPECT_TRUE(witness->transport.take().empty());
    EXPECT_EQ(world.hooks(), (std::vector<std::string>{"received " + client->id()}));
    EXPECT_EQ(world.subscribers(room), 2U);
}

TEST(SessionPresence, SubscribingAsSomebodyElseIsLeavingAndComing) {
    SessionWorld world;
    const auto witness = world.connect();
    const auto client = world.connect();
    world.subscribe(*witness, room, R"({"user_id":1})");
    world.subscribe(*client, room, R"({"user_id":2})");
    (void)witness->transport.take();
    EXPECT_EQ(world.subscribe(*client, room, R"({"user_id":3})"),
              (std::vector<std::string>{
                  succeeded(R"({\"count\":2,\"ids\":[1,3],\"hash\":{\"1\":{},\"3\":{}}})")}));
    EXPECT_EQ(witness->transport.take(),
              (std::vector<std::string>{removed(R"({\"user_id\":2})"),
                                        added(R"({\"user_id\":3,\"user_info\":{}})")}));
}

TEST(SessionPresence, IsToldToHooksOnceAUser) {
    SessionWorld world;
    auto first = world.connect();
    auto second = world.connect();
    const std::string a = first->id();
    const std::string b = second->id();
    world.subscribe(*first, room, R"({"user_id":7})");
    auto told = world.shared.hooks.take();
    ASSERT_EQ(told.size(), 4U);
    EXPECT_EQ(told[0].hook, Hook::channel_created);
    EXPECT_EQ(told[1].hook, Hook::subscribed);
    EXPECT_EQ(told[2].hook, Hook::member_added);
    EXPECT_EQ(told[2].subject, a);
    EXPECT_EQ(told[2].text, room);
    EXPECT_EQ(told[2].detail, "7");
    EXPECT_EQ(told[3].hook, Hook::message_received);
    world.subscribe(*second, room, R"({"user_id":7})");
    EXPECT_EQ(world.hooks(),
              (std::vector<std::string>{"subscribed " + b + " " + room, "received " + b}));
    first.reset();
    EXPECT_EQ(world.hooks(), (std::vector<std::string>{"unsubscribed " + a + " " + room,
                                                       "connection_closed " + a}));
    second.reset();
    EXPECT_EQ(world.hooks(),
              (std::vector<std::string>{
                  "unsubscribed " + b + " " + room, "member_removed " + b + " " + room,
                  "channel_removed " + b + " " + room, "connection_closed " + b}));
}

// A dead peer is gone at once for all others: they need not wait until its socket is.
TEST(SessionPresence, TellsTheOthersOfOneThatDoesNotAnswer) {
    SessionWorld world;
    const auto witness = world.connect();
    const auto dead = world.connect();
    world.subscribe(*witness, room, R"({"user_id":1})");
    world.subscribe(*dead, room, R"({"user_id":2})");
    (void)witness->transport.take();
    (void)dead->transport.take();
    (void)world.hooks();
    const Application& application = world.application();
    world.now += application.ping_interval * 1'000;
    EXPECT_GT(dead->session->heartbeat(world.now), world.now);
    world.now += application.activity_timeout * 1'000;
    EXPECT_GT(dead->session->heartbeat(world.now), world.now);
    EXPECT_EQ(dead->transport.closed, CloseCode::pong_not_received);
    EXPECT_EQ(witness->transport.take_one(), removed(R"({\"user_id\":2})"));
    EXPECT_EQ(world.subscribers(room), 1U);
    EXPECT_EQ(world.shared.applications.connections(), 1U);
    const std::string id = dead->id();
    EXPECT_EQ(world.hooks(), (std::vector<std::string>{
                                 "connection_pruned " + id, "unsubscribed " + id + " " + room,
                                 "member_removed " + id + " " + room, "connection_closed " + id}));
}

TEST(SessionPresence, AUserThatIsTerminatedIsGoneAtOnce) {
    SessionWorld world;
    const auto witness = world.connect();
    const auto first = world.connect();
    const auto second = world.connect();
    world.subscribe(*witness, room, R"({"user_id":1})");
    world.subscribe(*first, room, R"({"user_id":"2"})");
    world.subscribe(*second, "presence-other", R"({"user_id":"2"})");
    (void)witness->transport.take();
    (void)first->transport.take();
    world.shared.fan_out.terminate("app-id", "2");
    for (Client* gone : {first.get(), second.get()}) {
        EXPECT_EQ(gone->transport.closed, CloseCode::unauthorized);
        EXPECT_FALSE(gone->session->established());
    }
    EXPECT_FALSE(witness->transport.closed);
    EXPECT_EQ(witness->transport.take_one(), removed(R"({\"user_id\":\"2\"})"));
    EXPECT_EQ(world.shared.applications.connections(), 1U);
}

}  // namespace
}  // namespace reverb
