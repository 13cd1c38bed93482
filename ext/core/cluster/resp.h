// What Redis and its clients say to each other (RESP2): commands as bytes, bytes as replies. No
// I/O. A reader belongs to one connection, on its thread. Replies are read by hiredis, whose types
// stay in resp.cpp; commands are laid out here, since hiredis' formatter allocates and copies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace reverb {

struct RedisReply {
    // `lost`: no reply came, since the connection was lost or is not there. What was asked was not
    // done, or nobody knows; `text` says why.
    enum class Type : std::uint8_t { nil, text, status, integer, array, error, lost };

    Type type = Type::nil;
    std::string text;  // of a text, a status or an error, whose first word is its code
    std::int64_t integer = 0;
    std::vector<RedisReply> elements;

    [[nodiscard]] bool failed() const noexcept { return type == Type::error || type == Type::lost; }
    // Whether it is an error of this code: "NOSCRIPT", "MOVED" …
    [[nodiscard]] bool is_error(std::string_view code) const noexcept;
};

// One command.
[[nodiscard]] std::string redis_command(std::span<const std::string_view> words);
// Piece by piece: how many words, and each.
void append_resp_array(std::string& bytes, std::size_t words);
void append_resp_word(std::string& bytes, std::string_view word);

// Bytes that are no RESP, or a reply larger than any that is asked for. The connection is of no
// use any more.
class RespError : public std::runtime_error {
    using runtime_error::runtime_error;
};

class RespReader {
  public:
    RespReader();
    ~RespReader();
    RespReader(const RespReader&) = delete;
    RespReader& operator=(const RespReader&) = delete;

    // Throws RespError.
    void feed(std::string_view bytes);
    // The next whole reply, or nothing until more is fed. It is the reader's, until next() or
    // feed() is called again: memory is used over, since messages come in their tens of thousands a
    // second. Throws RespError.
    [[nodiscard]] const RedisReply* next();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Of hiredis.
[[nodiscard]] std::string resp_reader_version();

}  // namespace reverb
