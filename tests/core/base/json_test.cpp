#include "base/json.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace reverb {
namespace {

std::string nested(unsigned depth, std::string_view open, std::string_view close) {
    std::string text;
    for (unsigned i = 0; i < depth; ++i) {
        text += open;
    }
    for (unsigned i = 0; i < depth; ++i) {
        text += close;
    }
    return text;
}

std::string written(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

TEST(JsonReader, GivesTheMembersInOrder) {
    JsonReader reader;
    const auto object =
        reader.object(R"( { "event" : "client-x", "n":-1.50e+3 , "t":true,"f":false, "z":null,)"
                      "\n\t\"a\": [ 1, {\"b\":[]} ]\r\n, \"o\":{ } } ");
    ASSERT_TRUE(object);
    ASSERT_EQ(object->size(), 7U);
    const std::vector<JsonField> expected{
        {"event", JsonKind::string, R"("client-x")", "client-x"},
        {"n", JsonKind::number, "-1.50e+3", ""},
        {"t", JsonKind::boolean, "true", ""},
        {"f", JsonKind::boolean, "false", ""},
        {"z", JsonKind::null, "null", ""},
        {"a", JsonKind::array, R"([ 1, {"b":[]} ])", ""},
        {"o", JsonKind::object, "{ }", ""},
    };
    for (std::size_t i = 0; i < expected.size(); ++i) {
        SCOPED_TRACE(expected[i].key);
        EXPECT_EQ((*object)[i].key, expected[i].key);
        EXPECT_EQ((*object)[i].kind, expected[i].kind);
        EXPECT_EQ((*object)[i].raw, expected[i].raw);
        EXPECT_EQ((*object)[i].text, expected[i].text);
    }
    EXPECT_EQ(find(*object, "t"), &(*object)[2]);
    EXPECT_EQ(find(*object, "T"), nullptr);
    EXPECT_EQ(find(*object, ""), nullptr);
}

TEST(JsonReader, GivesTheElementsOfAnArray) {
    JsonReader reader;
    const auto array = reader.array("[ \"a\\n\" ,{\"b\" :1 } , [ ],2]");
    ASSERT_TRUE(array);
    ASSERT_EQ(array->size(), 4U);
    EXPECT_EQ((*array)[0].key, "");
    EXPECT_EQ((*array)[0].raw, R"("a\n")");
    EXPECT_EQ((*array)[0].text, "a\n");
    EXPECT_EQ((*array)[1].raw, R"({"b" :1 })");
    EXPECT_EQ((*array)[2].raw, "[ ]");
    EXPECT_EQ((*array)[3].raw, "2");
    EXPECT_EQ((*array)[3].kind, JsonKind::number);
}

TEST(JsonReader, DecodesStringsAndKeys) {
    JsonReader reader;
    const auto object =
        reader.object(R"({"\u0061\"":"\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00 é€😀","":"\u0000"})");
    ASSERT_TRUE(object);
    EXPECT_EQ((*object)[0].key, "a\"");
    EXPECT_EQ((*object)[0].text, "\"\\/\b\f\n\r\té€😀 é€😀");
    EXPECT_EQ((*object)[0].raw, R"("\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00 é€😀")");
    EXPECT_EQ((*object)[1].key, "");
    EXPECT_EQ((*object)[1].text, std::string(1, '\0'));
}

TEST(JsonReader, TakesEmptyContainers) {
    JsonReader reader;
    EXPECT_TRUE(reader.object("{}")->empty());
    EXPECT_TRUE(reader.object(" {\n} ")->empty());
    EXPECT_TRUE(reader.array("[]")->empty());
}

TEST(JsonReader, TellsObjectsFromArraysAndScalars) {
    JsonReader reader;
    for (const char* json : {"[]", "1", "\"a\"", "null", "true", ""}) {
        EXPECT_FALSE(reader.object(json)) << json;
    }
    for (const char* json : {"{}", "1", "\"a\"", "null", "true", ""}) {
        EXPECT_FALSE(reader.array(json)) << json;
    }
}

TEST(JsonReader, KeepsNumbersAsTheyCame) {
    JsonReader reader;
    for (const char* number :
         {"0", "-0", "0.0", "1E400", "-1e-400", "10", "1.000000000000000000000000000000000001",
          "123456789012345678901234567890", "18446744073709551616", "-9223372036854775809", "1e+1",
          "1E-07"}) {
        const auto object = reader.object(std::string("{\"a\": ") + number + " }");
        ASSERT_TRUE(object) << number;
        EXPECT_EQ(object->front().raw, number);
        EXPECT_EQ(object->front().kind, JsonKind::number);
    }
}

TEST(JsonReader, TakesTheLastOfTheSameKeys) {
    JsonReader reader;
    const auto object = reader.object(R"({"a":1,"b":2,"a":"x","\u0061":[3]})");
    ASSERT_TRUE(object);
    ASSERT_EQ(object->size(), 2U);
    EXPECT_EQ((*object)[0].key, "a");
    EXPECT_EQ((*object)[0].kind, JsonKind::array);
    EXPECT_EQ((*object)[0].raw, "[3]");
    EXPECT_EQ((*object)[0].text, "");
    EXPECT_EQ((*object)[1].raw, "2");
}

TEST(JsonReader, TakesTheLastOfTheSameKeysAmongMany) {
    std::string json = "{";
    for (int i = 0; i < 200; ++i) {
        json += "\"key" + std::to_string(i % 100) + "\":" + std::to_string(i) + ",";
    }
    json += "\"key15\":\"a\",\"key16\":\"b\"}";
    JsonReader reader;
    const auto object = reader.object(json);
    ASSERT_TRUE(object);
    ASSERT_EQ(object->size(), 100U);
    EXPECT_EQ(find(*object, "key0")->raw, "100");
    EXPECT_EQ(find(*object, "key99")->raw, "199");
    EXPECT_EQ(find(*object, "key15")->text, "a");
    EXPECT_EQ(find(*object, "key16")->text, "b");
    EXPECT_EQ((*object)[15].key, "key15");
}

TEST(JsonReader, RefusesWhatIsNotJsonAtAnyDepth) {
    const std::vector<std::string> bad_values{
        // Numbers.
        "01", "-", "-a", "+1", "1.", ".5", "1e", "1e+", "1.e1", "0x10", "1 2", "NaN", "Infinity",
        "-Infinity", "1a", "--1", "1..2", "1e1.5", "00", "-01", "1_000",
        // Words.
        "nul", "nulll", "tru", "True", "TRUE", "falsey", "undefined", "a", "true false",
        // Strings.
        "\"", "\"a", "a\"", "'a'", "\"\\\"", R"("\x")", R"("\u12")", R"("\u12G4")", R"("\a")",
        R"("\ud800")", R"("\ud800\u0041")", R"("\udc00")", R"("\ud800\ud800")", R"("\U0041")",
        "\"\n\"", "\"\t\"", std::string("\"\0\"", 3), "\"\x1f\"", "\"a\"b", "\"a\" \"b\"",
        // Not UTF-8: a lone continuation, cut sequences, overlong forms, a surrogate, past
        // U+10FFFF, bytes that never occur.
        "\"\x80\"", "\"\xc3\"", "\"\xe2\x82\"", "\"\xf0\x9f\x98\"", "\"\xc0\xaf\"",
        "\"\xe0\x80\xaf\"", "\"\xf0\x80\x80\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"",
        "\"\xfe\"", "\"\xff\"",
        // Containers.
        "[", "]", "{", "}", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1 2]", "[1,,2]", "[1}", "{]",
        "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{a:1}",
        "{1:1}", "{'a':1}", "{\"a\":1,,\"b\":2}", "{\"a\":1:2}", "{:1}", "[\"a\":1]", "{null:1}",
        "{\"a\"::1}", "{{}}", "[]]", "{}}", "[[]", "{\"a\":{}",
        // Neither comments nor anything else between.
        "/**/1", "1//", "#1", "", ",", ":", "1,", "\u00a01", "\ufeff1", "\v1", "\f1",
        std::string("1\0", 2)};
    JsonReader reader;
    for (const std::string& bad : bad_values) {
        SCOPED_TRACE(testing::PrintToString(bad));
        EXPECT_FALSE(reader.object("{\"a\":" + bad + "}"));
        EXPECT_FALSE(reader.object("{\"a\":[{\"b\":" + bad + "}],\"c\":1}"));
        EXPECT_FALSE(reader.object("{\"a\":[" + bad + ",1]}"));
        EXPECT_FALSE(reader.array("[" + (bad.empty() ? "," : bad) + "]"));
        EXPECT_FALSE(reader.object(bad));
        EXPECT_FALSE(reader.array(bad));
        // And the reader works on.
        EXPECT_TRUE(reader.object("{\"a\":1}"));
    }
}

TEST(JsonReader, RefusesBadKeysAndWhatFollows) {
    JsonReader reader;
    for (const char* json :
         {R"({"\x":1})", R"({"\ud800":1})", "{\"a\n\":1}", "{\"\xff\":1}", "{} {}", "{},", "{}x",
          "{}\"a\"", "x{}", ",{}", "{}]", "{}}", "\xef\xbb\xbf{}", "{\"a\":1}\f"}) {
        EXPECT_FALSE(reader.object(json)) << json;
    }
    EXPECT_FALSE(reader.object(std::string_view("{}\0", 3)));
    EXPECT_FALSE(reader.object(std::string_view("\0{}", 3)));
}

TEST(JsonReader, RefusesEveryTruncation) {
    JsonReader reader;
    const std::string json = R"({"a":[1,{"b":"c\u00e9é"},true],"d":{"e":null,"f":-1.5e3}})";
    ASSERT_TRUE(reader.object(json));
    for (std::size_t size = 0; size < json.size(); ++size) {
        EXPECT_FALSE(reader.object(std::string_view(json).substr(0, size))) << size;
    }
}

TEST(JsonReader, GoesAsDeepAsPhp) {
    JsonReader reader;
    EXPECT_TRUE(reader.array(nested(512, "[", "]")));
    EXPECT_FALSE(reader.array(nested(513, "[", "]")));
    EXPECT_TRUE(reader.object("{\"a\":" + nested(511, "[", "]") + "}"));
    EXPECT_FALSE(reader.object("{\"a\":" + nested(512, "[", "]") + "}"));
    EXPECT_FALSE(reader.object("{\"a\":" + nested(512, "{\"a\":", "}") + "}"));
    EXPECT_FALSE(reader.array(nested(200'000, "[", "]")));
    EXPECT_FALSE(reader.array(nested(200'000, "[", "")));
    EXPECT_FALSE(reader.object(nested(100'000, "{\"a\":", "")));
}

TEST(JsonReader, ReadsLongDocumentsAndShortOnesAfterThem) {
    JsonReader reader;
    const std::string text(3'000'000, 'x');
    const auto object = reader.object("{\"a\":\"" + text + "\"}");
    ASSERT_TRUE(object);
    EXPECT_EQ(object->front().text, text);
    EXPECT_EQ(reader.object("{\"a\":\"y\"}")->front().text, "y");
    EXPECT_FALSE(reader.object("{\"a\":\"y"));
}

TEST(JsonReader, MayBeMoved) {
    JsonReader reader;
    ASSERT_TRUE(reader.object("{}"));
    JsonReader other = std::move(reader);
    EXPECT_TRUE(other.object("{\"a\":1}"));
}

TEST(AppendJsonString, EscapesWhatMustBe) {
    EXPECT_EQ(written(""), R"("")");
    EXPECT_EQ(written("plain / é 😀"), R"("plain / é 😀")");
    EXPECT_EQ(written("a\"b\\c"), R"("a\"b\\c")");
    EXPECT_EQ(written("\b\f\n\r\t"), R"("\b\f\n\r\t")");
    EXPECT_EQ(written(std::string_view("\0\x01\x1f\x7f", 4)), "\"\\u0000\\u0001\\u001f\x7f\"");
}

TEST(AppendJsonString, AppendsToWhatIsThere) {
    std::string out = "{\"a\":";
    append_json_string(out, "x\n");
    EXPECT_EQ(out, R"({"a":"x\n")");
}

TEST(AppendJsonString, IsReadBackAsItWas) {
    std::string every;
    for (int byte = 0; byte < 128; ++byte) {
        every.push_back(static_cast<char>(byte));
    }
    every += "é€😀\xe2\x80\xa8\xe2\x80\xa9";
    JsonReader reader;
    const auto array = reader.array("[" + written(every) + "]");
    ASSERT_TRUE(array);
    EXPECT_EQ(array->front().text, every);
}

TEST(ValidUtf8, KnowsUtf8) {
    EXPECT_TRUE(valid_utf8(""));
    EXPECT_TRUE(valid_utf8("a é € 😀"));
    EXPECT_TRUE(valid_utf8(std::string_view("\0", 1)));
    for (const char* bad :
         {"\x80", "\xc3", "a\xe2\x82", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"}) {
        EXPECT_FALSE(valid_utf8(bad)) << testing::PrintToString(bad);
    }
}

}  // namespace
}  // namespace reverb
