#include "pusher/codec.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace reverb {
namespace {

// The text in a short or medium frame.
std::string payload(const FramePtr& frame) {
    EXPECT_EQ(static_cast<unsigned char>(frame->bytes().at(0)), 0x81);
    const std::size_t header = frame->bytes().at(1) == 126 ? 4 : 2;
    EXPECT_EQ(text_frame(frame->bytes().substr(header))->bytes(), frame->bytes());
    return frame->bytes().substr(header);
}

ClientMessage read(Codec& codec, std::string_view bytes) {
    const auto message = codec.message(bytes);
    EXPECT_TRUE(message) << bytes;
    return message.value_or(ClientMessage{});
}

TEST(Codec, ReadsAMessage) {
    Codec codec;
    const ClientMessage message =
        read(codec, R"({"event":"client-typing","channel":"private-a","data": {"x" : 1.0} })");
    EXPECT_EQ(message.event, "client-typing");
    EXPECT_EQ(message.channel, "private-a");
    ASSERT_TRUE(message.data);
    EXPECT_EQ(message.data->kind, JsonKind::object);
    EXPECT_EQ(message.data->raw, R"({"x" : 1.0})");
}

TEST(Codec, NeedsOnlyTheEvent) {
    Codec codec;
    const ClientMessage message = read(codec, R"({"event":"pusher:ping"})");
    EXPECT_EQ(message.event, "pusher:ping");
    EXPECT_FALSE(message.channel);
    EXPECT_FALSE(message.data);
    EXPECT_FALSE(read(codec, R"({"event":"a","data":null})").data);
    EXPECT_FALSE(read(codec, R"({"event":"a","channel":1})").channel);
    EXPECT_FALSE(read(codec, R"({"event":"a","channel":null})").channel);
    EXPECT_EQ(read(codec, R"({"event":""})").event, "");
    EXPECT_EQ(read(codec, R"({"event":"a","channel":""})").channel, "");
}

TEST(Codec, KeepsDataOfEveryKind) {
    Codec codec;
    const auto data = [&codec](const std::string& json) {
        return read(codec, R"({"event":"a","data":)" + json + "}").data.value_or(JsonField{});
    };
    EXPECT_EQ(data(R"("{\"a\":1}")").text, R"({"a":1})");
    EXPECT_EQ(data(R"("{\"a\":1}")").raw, R"("{\"a\":1}")");
    EXPECT_EQ(data("12345678901234567890123").raw, "12345678901234567890123");
    EXPECT_EQ(data("false").kind, JsonKind::boolean);
    EXPECT_EQ(data("[1, 2]").raw, "[1, 2]");
}

TEST(Codec, TakesTheLastOfTheSameMembers) {
    Codec codec;
    const ClientMessage message =
        read(codec, R"({"event":"a","data":{},"event":"b","data":null,"data":[]})");
    EXPECT_EQ(message.event, "b");
    EXPECT_EQ(message.data->kind, JsonKind::array);
    // A later null or number overrides an earlier string too.
    EXPECT_FALSE(read(codec, R"({"event":"a","channel":"b","channel":null})").channel);
    EXPECT_FALSE(codec.message(R"({"event":"a","event":1})"));
}

TEST(Codec, RefusesOtherMessages) {
    Codec codec;
    for (const char* bytes : {"",
                              " ",
                              "hello",
                              "1",
                              "null",
                              "\"event\"",
                              "[]",
                              "{}",
                              R"([{"event":"a"}])",
                              R"({"event":1})",
                              R"({"event":null})",
                              R"({"event":{}})",
                              R"({"Event":"a"})",
                              R"({"event":"a")",
                              R"({"event":"a"}})",
                              R"({"event":"a"}{"event":"b"})",
                              R"({'event':'a'})",
                              R"({"event":"a","data":{"x":}})",
                              R"({"event":"a","data":[1,]})",
                              "{\"event\":\"\xff\"}",
                              R"({"event":"\ud800"})"}) {
        EXPECT_FALSE(codec.message(bytes)) << bytes;
    }
}

TEST(Codec, ReadsASubscription) {
    Codec codec;
    for (
        const char* bytes :
        {R"({"event":"pusher:subscribe","data":{"channel":"presence-a","auth":"k:s","channel_data":"{\"user_id\":\"1\"}"}})",
         R"({"event":"pusher:subscribe","data":"{\"channel\":\"presence-a\",\"auth\":\"k:s\",\"channel_data\":\"{\\\"user_id\\\":\\\"1\\\"}\"}"})"}) {
        const auto data = codec.subscription(read(codec, bytes));
        ASSERT_TRUE(data) << bytes;
        EXPECT_EQ(data->channel, "presence-a");
        EXPECT_EQ(data->auth, "k:s");
        EXPECT_EQ(data->channel_data, R"({"user_id":"1"})");
    }
}

TEST(Codec, ASubscriptionNeedsOnlyTheChannel) {
    Codec codec;
    for (const char* data :
         {R"({"channel":"a"})", R"({"channel":"a","auth":null,"channel_data":null})",
          R"({"channel":"a","auth":"","more":[1]})"}) {
        const auto subscription =
            codec.subscription(read(codec, R"({"event":"e","data":)" + std::string(data) + "}"));
        ASSERT_TRUE(subscription) << data;
        EXPECT_EQ(subscription->channel, "a");
        EXPECT_EQ(subscription->auth, "");
        EXPECT_EQ(subscription->channel_data, "");
    }
}

TEST(Codec, KeepsChannelDataToTheByte) {
    Codec codec;
    const auto data = codec.subscription(read(
        codec,
        R"({"event":"e","data":{"channel":"a","channel_data":" {\"user_id\" : 10,\n\"user_info\":{\"name\":\"\u00e9\"} } "}})"));
    ASSERT_TRUE(data);
    EXPECT_EQ(data->channel_data, " {\"user_id\" : 10,\n\"user_info\":{\"name\":\"é\"} } ");
}

TEST(Codec, RefusesOtherSubscriptions) {
    Codec codec;
    for (const char* data : {"null",
                             "1",
                             "true",
                             "[]",
                             "\"\"",
                             "\"a\"",
                             "\"[]\"",
                             "\"{\"",
                             "{}",
                             R"({"channel":""})",
                             R"({"channel":1})",
                             R"({"channel":null})",
                             R"({"channel":["a"]})",
                             R"({"channel":"a","auth":1})",
                             R"({"channel":"a","auth":{}})",
                             R"({"channel":"a","channel_data":{}})",
                             R"({"channel":"a","channel_data":1})",
                             R"({"channel":"a","channel_data":""})",
                             R"({"channel":"a","channel_data":"x"})",
                             R"({"channel":"a","channel_data":"[]"})",
                             R"({"channel":"a","channel_data":"{"})"}) {
        EXPECT_FALSE(
            codec.subscription(read(codec, R"({"event":"e","data":)" + std::string(data) + "}")))
            << data;
    }
    EXPECT_FALSE(codec.subscription(read(codec, R"({"event":"e"})")));
}

TEST(Codec, LetsObjectsArraysAndNothingPass) {
    Codec codec;
    const auto passable = [&codec](const std::string& data) {
        return codec.passable(read(codec, R"({"event":"client-a","data":)" + data + "}"));
    };
    for (const char* data : {"{}", "[]", R"({"a":1})", "[1]", "null", R"("{}")", R"("[]")",
                             R"("{\"a\":[1]}")", R"(" [1] ")"}) {
        EXPECT_TRUE(passable(data)) << data;
    }
    for (const char* data : {"1", "true", "false", R"("")", R"("a")", R"("1")", R"("null")",
                             R"("{")", R"("{} x")", R"("\"{}\"")"}) {
        EXPECT_FALSE(passable(data)) << data;
    }
    EXPECT_TRUE(codec.passable(read(codec, R"({"event":"client-a"})")));
}

TEST(Frames, GreetAConnection) {
    EXPECT_EQ(
        payload(frames::connection_established({123, 456}, 30)),
        R"({"event":"pusher:connection_established","data":"{\"socket_id\":\"123.456\",\"activity_timeout\":30}"})");
}

TEST(Frames, PingAndPongAreMadeOnce) {
    // Clients that know Pusher answer the first, those that know WebSockets alone the second.
    EXPECT_EQ(frames::ping()->bytes(),
              text_frame(R"({"event":"pusher:ping"})")->bytes() + "\x89\x01?");
    EXPECT_EQ(payload(frames::pong()), R"({"event":"pusher:pong"})");
    EXPECT_EQ(frames::ping(), frames::ping());
    EXPECT_EQ(frames::pong(), frames::pong());
}

TEST(Frames, NameErrors) {
    EXPECT_EQ(
        payload(frames::error(CloseCode::unknown_application, "Application does not exist")),
        R"({"event":"pusher:error","data":"{\"code\":4001,\"message\":\"Application does not exist\"}"})");
    EXPECT_EQ(payload(frames::error(CloseCode::unauthorized, "a\"b")),
              R"({"event":"pusher:error","data":"{\"code\":4009,\"message\":\"a\\\"b\"}"})");
}

TEST(Frames, ConfirmASubscription) {
    EXPECT_EQ(payload(frames::subscription_succeeded("c", "")),
              R"({"event":"pusher_internal:subscription_succeeded","data":"{}","channel":"c"})");
    EXPECT_EQ(
        payload(frames::subscription_succeeded(
            "presence-c", R"({\"count\":1,\"ids\":[1],\"hash\":{\"1\":{\"name\":\"X\"}}})")),
        R"({"event":"pusher_internal:subscription_succeeded","data":"{\"presence\":{\"count\":1,\"ids\":[1],\"hash\":{\"1\":{\"name\":\"X\"}}}}","channel":"presence-c"})");
}

TEST(Frames, RefuseASubscription) {
    EXPECT_EQ(
        payload(frames::subscription_error("private-c", "AuthError", "Connection is unauthorized",
                                           401)),
        R"({"event":"pusher:subscription_error","data":{"type":"AuthError","error":"Connection is unauthorized","status":401},"channel":"private-c"})");
}

TEST(Frames, CarryEvents) {
    EXPECT_EQ(payload(frames::event("App\\Events\\X", "c", R"("{\"a\":1}")")),
              R"({"event":"App\\Events\\X","data":"{\"a\":1}","channel":"c"})");
}

TEST(Frames, CarryClientEventsAsTheyCame) {
    EXPECT_EQ(payload(frames::client_event("client-x", "private-c", R"({ "a" : 1.0 })", "")),
              R"({"event":"client-x","channel":"private-c","data":{ "a" : 1.0 }})");
    EXPECT_EQ(payload(frames::client_event("client-x", "presence-c", "[]", "7")),
              R"({"event":"client-x","channel":"presence-c","data":[],"user_id":7})");
    EXPECT_EQ(payload(frames::client_event("client-x", "presence-c", "", R"("7")")),
              R"({"event":"client-x","channel":"presence-c","user_id":"7"})");
}

// Whatever is put in: one JSON object, with those strings.
TEST(Frames, AreJsonWhateverIsPutIn) {
    std::string odd = "\"}\\ \n\t";
    odd.push_back('\0');
    odd += "\x1f / é \xe2\x80\xa8";
    JsonReader reader;
    const auto event = reader.object(payload(frames::event(odd, odd, "1")));
    ASSERT_TRUE(event);
    EXPECT_EQ(find(*event, "event")->text, odd);
    EXPECT_EQ(find(*event, "channel")->text, odd);
    const auto error = reader.object(payload(frames::error(CloseCode::unauthorized, odd)));
    ASSERT_TRUE(error);
    const auto data = reader.object(find(*error, "data")->text);
    ASSERT_TRUE(data);
    EXPECT_EQ(find(*data, "message")->text, odd);
    const auto refused = reader.object(payload(frames::subscription_error(odd, odd, odd, 1)));
    ASSERT_TRUE(refused);
    EXPECT_EQ(find(*refused, "data")->kind, JsonKind::object);
}

}  // namespace
}  // namespace reverb
