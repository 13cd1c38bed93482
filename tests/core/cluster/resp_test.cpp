#include "cluster/resp.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace reverb {
namespace {

using Type = RedisReply::Type;

RedisReply only(const std::string& bytes) {
    RespReader reader;
    reader.feed(bytes);
    const RedisReply* const reply = reader.next();
    if (reply == nullptr) {
        ADD_FAILURE() << "no reply in " << bytes;
        return {};
    }
    RedisReply copy = *reply;
    EXPECT_EQ(reader.next(), nullptr);
    return copy;
}

TEST(Resp, WritesCommands) {
    EXPECT_EQ(redis_command(std::array<std::string_view, 1>{"PING"}), "*1\r\n$4\r\nPING\r\n");
    const std::string binary("\r\n\0$", 4);
    EXPECT_EQ(redis_command(std::array<std::string_view, 3>{"SET", "", binary}),
              "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$4\r\n" + binary + "\r\n");
}

TEST(Resp, ReadsEachTypeOfReply) {
    EXPECT_EQ(only("+OK\r\n").type, Type::status);
    EXPECT_EQ(only("+OK\r\n").text, "OK");
    EXPECT_EQ(only(":-12\r\n").type, Type::integer);
    EXPECT_EQ(only(":-12\r\n").integer, -12);
    EXPECT_EQ(only("$5\r\na\r\nbc\r\n").type, Type::text);
    EXPECT_EQ(only("$5\r\na\r\nbc\r\n").text, "a\r\nbc");
    EXPECT_EQ(only("$-1\r\n").type, Type::nil);
    EXPECT_EQ(only("*-1\r\n").type, Type::nil);
    EXPECT_EQ(only("*0\r\n").type, Type::array);
    EXPECT_TRUE(only("*0\r\n").elements.empty());
    EXPECT_FALSE(only("+OK\r\n").failed());
    const RedisReply error = only("-MOVED 1 127.0.0.1:7000\r\n");
    EXPECT_EQ(error.type, Type::error);
    EXPECT_TRUE(error.failed());
    EXPECT_TRUE(error.is_error("MOVED"));
    EXPECT_FALSE(error.is_error("MOV"));
    EXPECT_FALSE(error.is_error("MOVED 1 127.0.0.1:7000 and more"));
    EXPECT_FALSE(only("+MOVED 1\r\n").is_error("MOVED"));
    EXPECT_TRUE(only("-ERR\r\n").is_error("ERR"));
}

TEST(Resp, ReadsRepliesThatComeInPiecesOrTogether) {
    const std::string first = "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$3\r\none\r\n";
    const std::string second = "*2\r\n*2\r\n:1\r\n*1\r\n$1\r\nx\r\n+OK\r\n";
    RespReader reader;
    int replies = 0;
    std::string text;
    for (int round = 0; round < 3; ++round) {
        for (const char byte : first + second + first) {
            reader.feed({&byte, 1});
            while (const RedisReply* reply = reader.next()) {
                ++replies;
                text += reply->elements.at(0).text;
                if (reply->elements.size() == 2) {
                    ASSERT_EQ(reply->elements[0].elements.size(), 2U);
                    EXPECT_EQ(reply->elements[0].elements[1].elements.at(0).text, "x");
                    EXPECT_EQ(reply->elements[1].text, "OK");
                    EXPECT_TRUE(reply->elements[1].elements.empty());
                } else {
                    ASSERT_EQ(reply->elements.size(), 3U);
                    EXPECT_EQ(reply->elements[2].text, "one");
                    EXPECT_TRUE(reply->elements[0].elements.empty());
                }
            }
        }
    }
    EXPECT_EQ(replies, 9);
    reader.feed(first + second);
    ASSERT_NE(reader.next(), nullptr);
    ASSERT_NE(reader.next(), nullptr);
    EXPECT_EQ(reader.next(), nullptr);
}

TEST(Resp, ReadsWhatIsLarge) {
    const std::string large(3'000'000, 'x');
    EXPECT_EQ(only("$3000000\r\n" + large + "\r\n").text, large);
    std::string many = "*5000\r\n";
    for (int i = 0; i < 5'000; ++i) {
        many += ":" + std::to_string(i) + "\r\n";
    }
    const RedisReply reply = only(many);
    ASSERT_EQ(reply.elements.size(), 5'000U);
    EXPECT_EQ(reply.elements[4'999].integer, 4'999);
}

TEST(Resp, RefusesWhatIsNoResp) {
    for (const char* bytes : {"HTTP/1.1 400 Bad Request\r\n", "\r\n", ":x\r\n", "$x\r\n"}) {
        RespReader reader;
        reader.feed(bytes);
        EXPECT_THROW(static_cast<void>(reader.next()), RespError) << bytes;
    }
}

TEST(Resp, RefusesWhatIsTooLarge) {
    RespReader many;
    many.feed("*2000000\r\n");
    EXPECT_THROW(static_cast<void>(many.next()), RespError);

    // Together, though each alone is small enough.
    RespReader nested;
    nested.feed("*2\r\n*1000000\r\n");
    EXPECT_EQ(nested.next(), nullptr);
    std::string numbers;
    for (int i = 0; i < 1'000'000; ++i) {
        numbers += ":1\r\n";
    }
    nested.feed(numbers);
    nested.feed("*1000000\r\n");
    EXPECT_THROW(static_cast<void>(nested.next()), RespError);

    RespReader endless;
    endless.feed("$500000000\r\n");
    const std::string megabyte(1U << 20U, 'x');
    EXPECT_THROW(
        {
            for (int i = 0; i < 100; ++i) {
                endless.feed(megabyte);
                static_cast<void>(endless.next());
            }
        },
        RespError);
}

}  // namespace
}  // namespace reverb
