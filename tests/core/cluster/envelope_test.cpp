#include "cluster/envelope.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <variant>

#include "channel/channel_name.h"

namespace reverb::envelope {
namespace {

constexpr NodeId node{0x0123456789abcdef};
const std::string epoch = "fedcba9876543210";
const std::string version_text = "00000000000000000042";

template <typename Content>
Content content_of(const std::string& bytes) {
    const auto message = read(bytes);
    EXPECT_TRUE(message);
    if (!message || !std::holds_alternative<Content>(message->content)) {
        ADD_FAILURE() << "not a message of that type";
        return {};
    }
    EXPECT_EQ(message->from, node);
    return std::get<Content>(message->content);
}

std::string presence_bytes(bool held, const Member& who) {
    return presence_head(node, held) + epoch + version_text +
           presence_place(channel_key("1", "presence-x")) + member(who);
}

TEST(Envelope, AnEventIsTheseBytes) {
    EXPECT_EQ(event(node, channel_key("1", "c"), {0x04030201, 5}, "{}"),
              std::string("\x01\x01"
                          "0123456789abcdef"
                          "\x01\0"
                          "1"
                          "\x01\0"
                          "c"
                          "\x01\x02\x03\x04\x05\0\0\0"
                          "\x02\0\0\0"
                          "{}",
                          38));
}

TEST(Envelope, AnEventIsReadAsItWasWritten) {
    const std::string bytes =
        event(node, channel_key("app", "room"), {12, 34}, "{\"event\":\"é\"}");
    const auto read = content_of<Event>(bytes);
    EXPECT_EQ(read.key, channel_key("app", "room"));
    EXPECT_EQ(read.except, (SocketId{12, 34}));
    EXPECT_EQ(read.message, "{\"event\":\"é\"}");
}

TEST(Envelope, ChangesOfPresenceAreReadAsTheScriptsWriteThem) {
    for (const bool held : {true, false}) {
        const auto read =
            content_of<PresenceChange>(presence_bytes(held, {"7", "7", "{\"name\":\"Zoë\"}"}));
        EXPECT_EQ(read.held, held);
        EXPECT_EQ(read.epoch, epoch);
        EXPECT_EQ(read.version, 42U);
        EXPECT_EQ(read.key, channel_key("1", "presence-x"));
        ASSERT_NE(read.member, nullptr);
        EXPECT_EQ(read.member->id, "7");
        EXPECT_EQ(read.member->id_json, "7");
        EXPECT_EQ(read.member->info_json, "{\"name\":\"Zoë\"}");
    }
}

TEST(Envelope, AMemberWithALongIdKeepsIt) {
    const Member before{std::string(70'000, 'x'), "\"" + std::string(70'000, 'x') + "\"", "{}"};
    const MemberPtr after = read_member(member(before));
    ASSERT_NE(after, nullptr);
    EXPECT_EQ(after->id, before.id);
    EXPECT_EQ(after->id_json, before.id_json);
}

TEST(Envelope, BytesThatAreNoMemberAreNull) {
    const std::string whole = member({"7", "7", "{}"});
    EXPECT_EQ(read_member(whole.substr(1)), nullptr);
    EXPECT_EQ(read_member(whole + "x"), nullptr);
    EXPECT_EQ(read_member(""), nullptr);
}

TEST(Envelope, ATerminationIsReadAsItWasWritten) {
    const auto read = content_of<Terminate>(terminate(node, "1", "user 7"));
    EXPECT_EQ(read.app_id, "1");
    EXPECT_EQ(read.user_id, "user 7");
}

TEST(Envelope, AQuestionIsReadAsItWasWritten) {
    Asked asked;
    asked.number = 0x0102030405060708;
    asked.reply_list = "reverb:reply:x";
    asked.question = {"1", {"a", "presence-b"}, "presence-", true, true};
    const auto read = content_of<Asked>(question(node, asked));
    EXPECT_EQ(read.number, asked.number);
    EXPECT_EQ(read.reply_list, asked.reply_list);
    EXPECT_EQ(read.question.app_id, "1");
    EXPECT_EQ(read.question.channels, asked.question.channels);
    EXPECT_EQ(read.question.prefix, "presence-");
    EXPECT_TRUE(read.question.users);
    EXPECT_TRUE(read.question.connections);
}

TEST(Envelope, NoPrefixIsNotAnEmptyPrefix) {
    Asked asked;
    EXPECT_EQ(content_of<Asked>(question(node, asked)).question.prefix, std::nullopt);
    asked.question.prefix = "";
    EXPECT_EQ(content_of<Asked>(question(node, asked)).question.prefix, "");
}

TEST(Envelope, FactsAreReadAsTheyWereWritten) {
    Facts facts;
    facts.connections = 1'000;
    facts.channels["presence-b"] = {3, 2, {{"7", "7"}, {"x", "\"x\""}}};
    facts.channels["a"] = {1, 0, {}};
    const auto parts = replies(node, 9, facts);
    ASSERT_EQ(parts.size(), 1U);
    const auto read = content_of<Reply>(parts.front());
    EXPECT_EQ(read.number, 9U);
    EXPECT_FALSE(read.more_follow);
    EXPECT_EQ(read.facts.connections, 1'000U);
    ASSERT_EQ(read.facts.channels.size(), 2U);
    const ChannelFacts& b = read.facts.channels.at("presence-b");
    EXPECT_EQ(b.subscribers, 3U);
    EXPECT_EQ(b.users, 2U);
    EXPECT_EQ(b.ids, facts.channels["presence-b"].ids);
}

TEST(Envelope, ManyFactsComeInParts) {
    Facts facts;
    facts.connections = 7;
    for (int channel = 0; channel < 10'000; ++channel) {
        facts.channels["channel-" + std::to_string(channel)] = {1, 0, {}};
    }
    Facts all;
    const auto parts = replies(node, 9, facts);
    ASSERT_GT(parts.size(), 2U);
    for (const std::string& part : parts) {
        EXPECT_LT(part.size(), 70'000U);
        const auto read = content_of<Reply>(part);
        EXPECT_EQ(read.more_follow, &part != &parts.back());
        all.add(read.facts);
    }
    EXPECT_EQ(all.connections, 7U);
    EXPECT_EQ(all.channels.size(), 10'000U);
    EXPECT_EQ(all.channels["channel-9999"].subscribers, 1U);
}

TEST(Envelope, ALoadIsReadAsItWasWritten) {
    const auto read = content_of<Load>(load(node, {true, {{"1", 5}, {"2", 0}}}));
    EXPECT_TRUE(read.whole);
    ASSERT_EQ(read.connections.size(), 2U);
    EXPECT_EQ(read.connections[0].first, "1");
    EXPECT_EQ(read.connections[0].second, 5U);
}

TEST(Envelope, ACutOrLongerMessageIsNone) {
    const std::string whole = event(node, channel_key("1", "c"), {}, "{}");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(read(whole.substr(0, size))) << size;
    }
    EXPECT_FALSE(read(whole + "x"));
    EXPECT_TRUE(read(whole));
}

TEST(Envelope, AnotherVersionTypeOrNodeIsNone) {
    std::string bytes = terminate(node, "1", "7");
    EXPECT_EQ(sender(bytes), node);
    bytes[0] = 2;
    EXPECT_FALSE(read(bytes));
    EXPECT_EQ(sender(bytes), NodeId{});
    bytes[0] = 1;
    bytes[1] = 99;
    EXPECT_FALSE(read(bytes));
    bytes[1] = 4;
    bytes[2] = 'z';
    EXPECT_FALSE(read(bytes));
    EXPECT_EQ(sender(bytes), NodeId{});
}

TEST(Envelope, AVersionThatIsNoNumberIsNoMessage) {
    std::string bytes = presence_bytes(true, {"7", "7", "{}"});
    ASSERT_TRUE(read(bytes));
    bytes[bytes.find(version_text)] = '-';
    EXPECT_FALSE(read(bytes));
}

TEST(Envelope, ACountThatTheBytesCannotHoldTakesNoMemory) {
    std::string bytes = load(node, {});
    bytes[bytes.size() - 1] = '\x7f';
    EXPECT_TRUE(content_of<Load>(bytes).connections.empty());
}

TEST(Facts, OfSeveralNodesAreAddedUp) {
    Facts all;
    Facts one;
    one.connections = 2;
    one.channels["presence-b"] = {2, 2, {{"1", "1"}, {"2", "2"}}};
    Facts two;
    two.connections = 3;
    two.channels["presence-b"] = {1, 2, {{"2", "2"}, {"3", "3"}}};
    two.channels["a"] = {4, 0, {}};
    all.add(one);
    all.add(two);
    EXPECT_EQ(all.connections, 5U);
    EXPECT_EQ(all.channels["presence-b"].subscribers, 3U);
    EXPECT_EQ(all.channels["presence-b"].users, 2U) << "users are not summed";
    EXPECT_EQ(all.channels["presence-b"].ids.size(), 3U);
    EXPECT_EQ(all.channels["a"].subscribers, 4U);
}

}  // namespace
}  // namespace reverb::envelope
