#include "publisher/http_reply.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace reverb {
namespace {

using State = HttpReply::State;

struct Read {
    State state = State::incomplete;
    int status = 0;
    std::string body;
    bool reusable = false;

    friend bool operator==(const Read&, const Read&) = default;
};

std::ostream& operator<<(std::ostream& out, const Read& read) {
    return out << "state " << static_cast<int>(read.state) << ", status " << read.status
               << ", body \"" << read.body << "\", reusable " << read.reusable;
}

Read result(HttpReply& reply, State state) {
    Read read{.state = state, .status = 0, .body = "", .reusable = false};
    if (state == State::complete) {
        read.reusable = reply.reusable();
        const Answer answer = reply.take();
        read.status = answer.status;
        read.body = answer.body;
    }
    return read;
}

// All of `bytes` at once, or one after the other; then the connection's end.
Read read_at_once(std::string_view bytes) {
    HttpReply reply;
    State state = reply.feed(bytes);
    if (state == State::incomplete) {
        state = reply.end();
    }
    return result(reply, state);
}

Read read_byte_by_byte(std::string_view bytes) {
    HttpReply reply;
    State state = State::incomplete;
    for (std::size_t i = 0; i < bytes.size() && state != State::bad; ++i) {
        state = reply.feed(bytes.substr(i, 1));
    }
    if (state == State::incomplete) {
        state = reply.end();
    }
    return result(reply, state);
}

void expect(std::string_view bytes, const Read& expected) {
    SCOPED_TRACE(bytes);
    EXPECT_EQ(read_at_once(bytes), expected);
    EXPECT_EQ(read_byte_by_byte(bytes), expected);
}

TEST(HttpReply, ReadsABodyOfALength) {
    expect("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
           {State::complete, 200, "{}", true});
    expect("HTTP/1.1 401 \r\ncontent-length:\t0 \r\n\r\n", {State::complete, 401, "", true});
    expect("HTTP/1.1 503\r\nContent-Length: 1\r\n\r\nx", {State::complete, 503, "x", true});
}

TEST(HttpReply, ReadsABodyToTheEnd) {
    expect("HTTP/1.1 401 Unauthorized\r\n\r\nAuthentication signature invalid.",
           {State::complete, 401, "Authentication signature invalid.", false});
    expect("HTTP/1.0 200 OK\r\n\r\n", {State::complete, 200, "", false});
}

TEST(HttpReply, ReadsChunks) {
    expect(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "1\r\n{\r\n009;name=value\r\n\"a\":\"bcd\"\r\n1 \r\n}\r\n0\r\n\r\n",
        {State::complete, 200, "{\"a\":\"bcd\"}", true});
    expect(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\nContent-Length: 99\r\n\r\n"
        "0\r\nTrailer: x\r\nOther: y\r\n\r\n",
        {State::complete, 200, "", true});
}

TEST(HttpReply, KnowsWhereThereIsNoBody) {
    expect("HTTP/1.1 204 No Content\r\n\r\n", {State::complete, 204, "", true});
    expect("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
           {State::complete, 304, "", true});
}

TEST(HttpReply, PassesOverInterimResponses) {
    expect(
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
        {State::complete, 200, "x", true});
}

TEST(HttpReply, IsReusableUnlessTheServerCloses) {
    const auto with = [](const std::string& version, const std::string& header) {
        return read_at_once(version + " 200 OK\r\nContent-Length: 0\r\n" + header + "\r\n")
            .reusable;
    };
    EXPECT_TRUE(with("HTTP/1.1", ""));
    EXPECT_TRUE(with("HTTP/1.1", "Connection: keep-alive\r\n"));
    EXPECT_FALSE(with("HTTP/1.1", "Connection: close\r\n"));
    EXPECT_FALSE(with("HTTP/1.1", "connection: foo, Close\r\n"));
    EXPECT_FALSE(with("HTTP/1.0", ""));
    EXPECT_TRUE(with("HTTP/1.0", "Connection: Keep-Alive\r\n"));
    // Bytes after the response are nobody's.
    HttpReply reply;
    EXPECT_EQ(reply.feed("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP"), State::complete);
    EXPECT_FALSE(reply.reusable());
}

TEST(HttpReply, WantsMoreUntilItIsWhole) {
    for (const std::string whole :
         {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"}) {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            EXPECT_EQ(read_at_once(whole.substr(0, size)).state, State::incomplete) << size;
        }
        EXPECT_EQ(read_at_once(whole).state, State::complete);
    }
}

TEST(HttpReply, RefusesWhatIsNoResponse) {
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
    for (const std::string& bytes :
         std::vector<std::string>{"hello\r\n\r\n",
                                  "\r\n\r\n",
                                  "HTTP/2 200 OK\r\n\r\n",
                                  "HTTP/1.1  200 OK\r\n\r\n",
                                  "HTTP/1.1 20 OK\r\n\r\n",
                                  "HTTP/1.1 099 OK\r\n\r\n",
                                  "HTTP/1.1 2000 OK\r\n\r\n",
                                  "HTTP/1.1 -20 OK\r\n\r\n",
                                  "HTTP/1.1 200OK\r\n\r\n",
                                  "GET / HTTP/1.1\r\n\r\n",
                                  ok + "Content-Length: x\r\n\r\n",
                                  ok + "Content-Length: -1\r\n\r\n",
                                  ok + "Content-Length: \r\n\r\n",
                                  ok + "Content-Length: 1 2\r\n\r\n",
                                  ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
                                  ok + "Content-Length: 16777217\r\n\r\n",
                                  ok + "Content-Length: 99999999999999999999\r\n\r\n",
                                  chunked + "x\r\n",
                                  chunked + "\r\n",
                                  chunked + "1\r\nab\r\n",
                                  chunked + "1000001\r\n",
                                  chunked + "ffffffffffffffffff\r\n",
                                  chunked + "-1\r\n"}) {
        EXPECT_EQ(read_at_once(bytes).state, State::bad) << bytes;
        EXPECT_EQ(read_byte_by_byte(bytes).state, State::bad) << bytes;
    }
}

TEST(HttpReply, IsBoundedInSize) {
    HttpReply head;
    EXPECT_EQ(head.feed("HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x')), State::bad);

    HttpReply line;
    EXPECT_EQ(line.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                        std::string(20'000, 'x')),
              State::bad);

    HttpReply endless;
    EXPECT_EQ(endless.feed("HTTP/1.1 200 OK\r\n\r\n"), State::incomplete);
    const std::string mebibyte(1U << 20U, 'x');
    for (int i = 0; i < 16; ++i) {
        EXPECT_EQ(endless.feed(mebibyte), State::incomplete);
    }
    EXPECT_EQ(endless.feed("x"), State::bad);

    HttpReply chunks;
    EXPECT_EQ(chunks.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000000\r\n"),
              State::incomplete);
    for (int i = 0; i < 16; ++i) {
        EXPECT_EQ(chunks.feed(mebibyte), State::incomplete);
    }
    EXPECT_EQ(chunks.feed("\r\n1\r\n"), State::bad);
}

}  // namespace
}  // namespace reverb
