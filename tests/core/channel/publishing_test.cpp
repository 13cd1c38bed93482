#include "channel/publishing.h"

#include <gtest/gtest.h>

#include "channel/channel_name.h"
#include "support/event.h"
#include "support/services.h"

namespace reverb {
namespace {

using testing::Event;
using testing::TestServices;

class Listener final : public Subscriber {
  public:
    explicit Listener(SocketId id) : Subscriber(id) {}
    void deliver(const FramePtr& frame) override {
        events.push_back(testing::read_event(frame_payload(*frame)));
    }
    void terminate() override {}
    std::vector<Event> events;
};

class Publishing : public ::testing::Test {
  protected:
    static PublishRequest request(std::vector<std::string> channels = {"news"}) {
        PublishRequest one;
        one.app_id = "app-id";
        one.channels = std::move(channels);
        one.event = "Sent";
        one.data = R"({"a":1})";
        return one;
    }
    void subscribe(Listener& listener, const std::string& channel) {
        world.subscribe(listener, channel);
    }
    Answer publish(const PublishRequest& one) { return publish_event(world.services, one).value(); }

    TestServices world;
    Listener first{{1, 2}};
    Listener second{{3, 4}};
};

TEST_F(Publishing, DeliversToTheChannelsSubscribers) {
    subscribe(first, "news");
    subscribe(second, "other");
    const Answer answer = publish(request());
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "{}");
    ASSERT_EQ(first.events.size(), 1U);
    EXPECT_EQ(first.events[0].name, "Sent");
    EXPECT_EQ(first.events[0].channel, "news");
    EXPECT_EQ(first.events[0].data, R"({"a":1})");
    EXPECT_EQ(first.events[0].data_kind, JsonKind::string);
    EXPECT_TRUE(second.events.empty());
    EXPECT_EQ(world.counters.messages_published, 1U);
}

TEST_F(Publishing, NamesTheChannelInEachCopy) {
    subscribe(first, "a");
    subscribe(first, "b");
    EXPECT_EQ(publish(request({"a", "b", "c"})).status, 200);
    ASSERT_EQ(first.events.size(), 2U);
    EXPECT_EQ(first.events[0].channel, "a");
    EXPECT_EQ(first.events[1].channel, "b");
    EXPECT_EQ(world.counters.messages_published, 1U);
}

TEST_F(Publishing, TakesAnyNumberOfChannels) {
    std::vector<std::string> channels;
    for (int i = 0; i < 1'000; ++i) {
        channels.push_back("channel-" + std::to_string(i));
        subscribe(first, channels.back());
    }
    EXPECT_EQ(publish(request(channels)).status, 200);
    EXPECT_EQ(first.events.size(), 1'000U);
}

TEST_F(Publishing, LeavesOutTheExcludedSocket) {
    subscribe(first, "news");
    subscribe(second, "news");
    PublishRequest one = request();
    one.except = "1.2";
    EXPECT_EQ(publish(one).status, 200);
    EXPECT_TRUE(first.events.empty());
    EXPECT_EQ(second.events.size(), 1U);
    one.except = "77.88";
    EXPECT_EQ(publish(one).status, 200);
    EXPECT_EQ(first.events.size(), 1U);
    EXPECT_EQ(second.events.size(), 2U);
}

TEST_F(Publishing, KeepsApplicationsApart) {
    Application other = testing::test_application();
    other.id = "other";
    other.key = "other-key";
    TestServices two({testing::test_application(), other});
    Listener ours{{1, 1}};
    Listener theirs{{2, 2}};
    two.subscribe(ours, "news", "app-id");
    two.subscribe(theirs, "news", "other");
    EXPECT_EQ(publish_event(two.services, request())->status, 200);
    EXPECT_EQ(ours.events.size(), 1U);
    EXPECT_TRUE(theirs.events.empty());
}

TEST_F(Publishing, CarriesAnyText) {
    subscribe(first, "news");
    PublishRequest one = request();
    one.event = "App\\Events\\\"Sent\" \xc3\xa9";
    one.data = "quotes \" slashes / \\ \n \xe2\x82\xac and a zero: ";
    one.data.push_back('\0');
    EXPECT_EQ(publish(one).status, 200);
    ASSERT_EQ(first.events.size(), 1U);
    EXPECT_EQ(first.events[0].name, one.event);
    EXPECT_EQ(first.events[0].data, one.data);
}

TEST_F(Publishing, TakesDataThatIsJsonAlreadyAsItCame) {
    subscribe(first, "news");
    const ApplicationStatePtr application = world.applications.by_id("app-id").application;
    EXPECT_EQ(publish_event(world.services, *application, request(), R"("\u00e9")").status, 200);
    ASSERT_EQ(world.thread.posted.size(), 1U);
    EXPECT_NE(world.thread.posted[0]->frame->bytes().find(R"("data":"\u00e9")"), std::string::npos);
}

TEST_F(Publishing, AnswersWhatIsWrongAndDeliversNothing) {
    subscribe(first, "news");
    struct Row {
        void (*spoil)(PublishRequest&);
        int status;
        const char* named;  // what the answer must say
    };
    const Row rows[] = {
        {[](PublishRequest& one) { one.app_id = "nobody"; }, 404, "[nobody]"},
        {[](PublishRequest& one) { one.app_id.clear(); }, 404, "[]"},
        {[](PublishRequest& one) { one.event.clear(); }, 400, "name"},
        {[](PublishRequest& one) { one.event = std::string(201, 'e'); }, 400, "200"},
        {[](PublishRequest& one) { one.event = "\xff"; }, 400, "UTF-8"},
        {[](PublishRequest& one) { one.data = "\xc3"; }, 400, "UTF-8"},
        {[](PublishRequest& one) { one.channels.clear(); }, 400, "channel"},
        {[](PublishRequest& one) { one.channels.emplace_back("a b"); }, 400, "\"a b\""},
        {[](PublishRequest& one) { one.channels.emplace_back(""); }, 400, "\"\""},
        {[](PublishRequest& one) { one.channels.emplace_back("\xff"); }, 400, "channel"},
        {[](PublishRequest& one) { one.channels.emplace_back(201, 'c'); }, 400, "200"},
        {[](PublishRequest& one) { one.except = "1"; }, 400, "socket id"},
        {[](PublishRequest& one) { one.except = "1.2.3"; }, 400, "socket id"},
        {[](PublishRequest& one) { one.except = "a.b"; }, 400, "socket id"},
    };
    for (const Row& row : rows) {
        PublishRequest one = request();
        row.spoil(one);
        const Answer answer = publish(one);
        EXPECT_EQ(answer.status, row.status) << row.named;
        EXPECT_NE(answer.body.find(row.named), std::string::npos) << answer.body;
        EXPECT_TRUE(valid_utf8(answer.body));
    }
    EXPECT_TRUE(first.events.empty());
    EXPECT_EQ(world.counters.messages_published, 0U);
}

TEST_F(Publishing, RefusesWhatNoOutboxCouldHold) {
    subscribe(first, "news");
    world.config.outbox_limit = 10'000;
    PublishRequest one = request();
    one.data = std::string(10'000, 'x');
    const Answer refused = publish(one);
    EXPECT_EQ(refused.status, 413);
    EXPECT_NE(refused.body.find("outbox_limit"), std::string::npos) << refused.body;
    EXPECT_TRUE(first.events.empty());
    one.data = std::string(8'000, 'x');
    EXPECT_EQ(publish(one).status, 200);
    EXPECT_EQ(first.events.size(), 1U);
}

TEST_F(Publishing, MakesPublishersWaitWhereTooMuchWaits) {
    subscribe(first, "news");
    world.thread.waiting = 65U << 20U;
    EXPECT_EQ(publish(request()).status, 503);
    EXPECT_TRUE(first.events.empty());
    EXPECT_EQ(world.counters.messages_published, 0U);
    world.thread.waiting = 0;
    EXPECT_EQ(publish(request()).status, 200);
}

TEST_F(Publishing, TakesNamesUpToTheLimit) {
    const std::string channel(200, 'c');
    subscribe(first, channel);
    PublishRequest one = request({channel});
    one.event = std::string(200, 'e');
    EXPECT_EQ(publish(one).status, 200);
    ASSERT_EQ(first.events.size(), 1U);
    EXPECT_EQ(first.events[0].channel, channel);
    EXPECT_EQ(first.events[0].name, one.event);
}

TEST_F(Publishing, AnswersTheAttributesAskedFor) {
    subscribe(first, "a");
    subscribe(second, "a");
    subscribe(second, "presence-b");
    PublishRequest one = request({"a", "presence-b", "empty"});
    const auto answered = [&](const char* info) {
        one.info = info;
        return publish(one).body;
    };
    EXPECT_EQ(answered(""), "{}");
    EXPECT_EQ(answered("subscription_count"),
              R"({"channels":{"a":{"subscription_count":2},"presence-b":{},)"
              R"("empty":{"subscription_count":0}}})");
    EXPECT_EQ(answered("occupied"),
              R"({"channels":{"a":{"occupied":true},"presence-b":{"occupied":true},)"
              R"("empty":{"occupied":false}}})");
    EXPECT_EQ(answered("subscription_count,occupied"),
              R"({"channels":{"a":{"occupied":true,"subscription_count":2},)"
              R"("presence-b":{"occupied":true},)"
              R"("empty":{"occupied":false,"subscription_count":0}}})");
    EXPECT_EQ(answered("unheard_of"), R"({"channels":{"a":{},"presence-b":{},"empty":{}}})");
}

}  // namespace
}  // namespace reverb
