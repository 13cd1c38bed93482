#include "wire/wire.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace reverb::wire {
namespace {

const PublishRequest full{"1001",    {"room", "private-x", ""}, "App\\Events\\Sent", R"({"a":"é"})",
                          "123.456", "user_count,cache"};

std::string publish_frame(const PublishRequest& request, std::uint32_t correlation = 7) {
    std::string out;
    append_publish(out, correlation, request);
    return out;
}

void expect_same(const PublishRequest& a, const PublishRequest& b) {
    EXPECT_EQ(a.app_id, b.app_id);
    EXPECT_EQ(a.channels, b.channels);
    EXPECT_EQ(a.event, b.event);
    EXPECT_EQ(a.data, b.data);
    EXPECT_EQ(a.except, b.except);
    EXPECT_EQ(a.info, b.info);
}

TEST(Wire, APublishIsTheseBytes) {
    const PublishRequest request{"1", {"c"}, "ev", "{}", "", ""};
    EXPECT_EQ(publish_frame(request, 0x04030201),
              std::string("\x1e\0\0\0"                // length
                          "\x01\x01\x01\x02\x03\x04"  // version, type, correlation id
                          "\x01\0"
                          "1"
                          "\x02\0"
                          "ev"
                          "\0\0"
                          "\0\0"
                          "\x01\0\0\0"
                          "\x01\0"
                          "c"
                          "\x02\0\0\0"
                          "{}",
                          34));
}

TEST(Wire, AQuestionForTheStatusIsTheseBytes) {
    std::string out;
    append_status(out, 0x04030201);
    EXPECT_EQ(out, std::string("\x06\0\0\0"
                               "\x01\x02\x01\x02\x03\x04",
                               10));
}

TEST(Wire, AnAnswerIsTheseBytes) {
    std::string out;
    append_answer(out, 0x04030201, {200, "{}"});
    EXPECT_EQ(out, std::string("\x0e\0\0\0"
                               "\x01\x40\x01\x02\x03\x04"
                               "\xc8\0"
                               "\x02\0\0\0"
                               "{}",
                               18));
}

TEST(Wire, APublishIsReadBack) {
    const std::string bytes = publish_frame(full);
    Frame frame;
    ASSERT_EQ(split(bytes, frame), Split::whole);
    EXPECT_EQ(frame.size, bytes.size());
    EXPECT_EQ(frame.header.version, version);
    EXPECT_EQ(frame.header.type, Type::publish);
    EXPECT_EQ(frame.header.correlation, 7U);
    const auto request = read_publish(frame.payload);
    ASSERT_TRUE(request);
    expect_same(*request, full);
}

TEST(Wire, AnEmptyPublishIsReadBack) {
    const std::string bytes = publish_frame({}, 0xFFFFFFFF);
    Frame frame;
    ASSERT_EQ(split(bytes, frame), Split::whole);
    EXPECT_EQ(frame.header.correlation, 0xFFFFFFFFU);
    const auto request = read_publish(frame.payload);
    ASSERT_TRUE(request);
    expect_same(*request, {});
}

TEST(Wire, AnAnswerIsReadBack) {
    for (const Answer& answer : {Answer{200, "{}"}, Answer{503, ""}, Answer{65'535, "words"}}) {
        std::string bytes;
        append_answer(bytes, 9, answer);
        Frame frame;
        ASSERT_EQ(split(bytes, frame), Split::whole);
        EXPECT_EQ(frame.header.type, Type::answer);
        const auto read = read_answer(frame.payload);
        ASSERT_TRUE(read);
        EXPECT_EQ(read->status, answer.status);
        EXPECT_EQ(read->body, answer.body);
    }
}

TEST(Wire, FramesAreSplitOneByOne) {
    std::string bytes = publish_frame(full, 1);
    const std::size_t first = bytes.size();
    append_publish(bytes, 2, full);
    Frame frame;
    ASSERT_EQ(split(bytes, frame), Split::whole);
    EXPECT_EQ(frame.size, first);
    ASSERT_EQ(split(std::string_view(bytes).substr(first), frame), Split::whole);
    EXPECT_EQ(frame.header.correlation, 2U);
    EXPECT_EQ(frame.size, bytes.size() - first);
}

TEST(Wire, EveryBeginningOfAFrameWantsMore) {
    const std::string bytes = publish_frame(full);
    Frame frame;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_EQ(split(std::string_view(bytes).substr(0, size), frame), Split::more) << size;
    }
}

TEST(Wire, LengthsOutOfBoundsAreBadAtOnce) {
    Frame frame;
    EXPECT_EQ(split(std::string_view("\0\0\0\0", 4), frame), Split::bad);
    EXPECT_EQ(split(std::string_view("\x05\0\0\0\x01\x01\0\0\0", 9), frame), Split::bad);
    EXPECT_EQ(split(std::string_view("\x06\0\0\0", 4), frame), Split::more);
    EXPECT_EQ(split(std::string_view("\0\0\0\x01", 4), frame), Split::more);   // 16 MiB
    EXPECT_EQ(split(std::string_view("\x01\0\0\x01", 4), frame), Split::bad);  // one past
    EXPECT_EQ(split("\xff\xff\xff\xff", frame), Split::bad);
}

TEST(Wire, UnknownVersionsAndTypesAreSplitAsTheyAre) {
    Frame frame;
    ASSERT_EQ(split(std::string_view("\x06\0\0\0\x02\x63\x01\0\0\0", 10), frame), Split::whole);
    EXPECT_EQ(frame.header.version, 2U);
    EXPECT_EQ(static_cast<int>(frame.header.type), 0x63);
    EXPECT_EQ(frame.payload, "");
}

TEST(Wire, EveryTruncationOfAPayloadIsNothing) {
    const std::string bytes = publish_frame(full);
    Frame frame;
    ASSERT_EQ(split(bytes, frame), Split::whole);
    for (std::size_t size = 0; size < frame.payload.size(); ++size) {
        EXPECT_FALSE(read_publish(frame.payload.substr(0, size))) << size;
    }
    EXPECT_FALSE(read_publish(std::string(frame.payload) + "x"));

    std::string answer_bytes;
    append_answer(answer_bytes, 1, {200, "{}"});
    ASSERT_EQ(split(answer_bytes, frame), Split::whole);
    for (std::size_t size = 0; size < frame.payload.size(); ++size) {
        EXPECT_FALSE(read_answer(frame.payload.substr(0, size))) << size;
    }
    EXPECT_FALSE(read_answer(std::string(frame.payload) + "x"));
}

TEST(Wire, AnyLengthInsideAPayloadMayBeALie) {
    const std::string bytes = publish_frame(full);
    const std::size_t payload = prefix_size + 6;
    for (std::size_t i = payload; i < bytes.size(); ++i) {
        std::string changed = bytes;
        changed[i] = '\xff';
        Frame frame;
        ASSERT_EQ(split(changed, frame), Split::whole);
        // Whatever it is, it stays within the bytes that came.
        if (const auto request = read_publish(frame.payload)) {
            EXPECT_LE(request->data.size(), bytes.size());
        }
    }
    // Four billion channels in 24 bytes.
    EXPECT_FALSE(read_publish(std::string_view("\0\0\0\0\0\0\0\0\xff\xff\xff\xff\0\0\0\0", 16)));
}

TEST(Wire, WhatIsTooLongIsRefusedAndNothingIsWritten) {
    const std::string longest(65'535, 'x');
    for (const auto field : {&PublishRequest::app_id, &PublishRequest::event,
                             &PublishRequest::except, &PublishRequest::info}) {
        PublishRequest request;
        request.*field = longest;
        Frame frame;
        const std::string bytes = publish_frame(request);
        ASSERT_EQ(split(bytes, frame), Split::whole);
        expect_same(read_publish(frame.payload).value(), request);

        (request.*field).push_back('x');
        std::string out = "before";
        EXPECT_THROW(append_publish(out, 1, request), std::length_error);
        EXPECT_EQ(out, "before");
    }
    PublishRequest request;
    request.channels = {longest + "x"};
    EXPECT_THROW(publish_frame(request), std::length_error);
}

TEST(Wire, AFrameHoldsSixteenMebibytes) {
    PublishRequest request;
    request.data.assign(max_frame - 6 - 8 - 4 - 4, 'x');
    Frame frame;
    const std::string bytes = publish_frame(request);
    ASSERT_EQ(split(bytes, frame), Split::whole);
    EXPECT_EQ(read_publish(frame.payload)->data.size(), request.data.size());
    request.data.push_back('x');
    EXPECT_THROW(publish_frame(request), std::length_error);

    std::string out;
    EXPECT_THROW(append_answer(out, 1, {200, std::string(max_frame, 'x')}), std::length_error);
    EXPECT_EQ(out, "");
}

TEST(Wire, ErrorsSayWhatAndHowLong) {
    PublishRequest request;
    request.event.assign(70'000, 'x');
    try {
        publish_frame(request);
        FAIL() << "no exception";
    } catch (const std::length_error& error) {
        const std::string what = error.what();
        EXPECT_NE(what.find("name"), std::string::npos) << what;
        EXPECT_NE(what.find("70000"), std::string::npos) << what;
        EXPECT_NE(what.find("65535"), std::string::npos) << what;
    }
}

}  // namespace
}  // namespace reverb::wire
