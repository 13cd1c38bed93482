// DEFLATE as messages of a WebSocket are compressed with it (RFC 7692, 7.2): each on its own,
// without what came before. The state is reused, so one of each is enough for all connections of a
// thread, which owns them and uses them alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace reverb {

class Deflater {
  public:
    // Of what is compressed, any receiver whose window has so many bits can read all. Events are
    // small: a larger window would be filled by few, and take more memory and time.
    static constexpr unsigned window_bits = 12;
    static constexpr int lowest_level = 1;
    static constexpr int highest_level = 9;

    explicit Deflater(int level);
    ~Deflater();
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    // The payload of the message's frame, valid until the next call.
    [[nodiscard]] std::string_view deflate(std::string_view message);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

class Inflater {
  public:
    enum class Outcome : std::uint8_t { message, too_long, corrupt };
    struct Inflated {
        Outcome outcome;
        std::string_view message;  // valid until the next call
    };

    Inflater();
    ~Inflater();
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    // The message that the payload of its frames was made of, all of them together. A longer one
    // than `limit` costs the memory and the time of one that has just that length.
    [[nodiscard]] Inflated inflate(std::string_view payload, std::size_t limit);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace reverb
