// Reads one HTTP/1 response out of the bytes of a connection, as they come. Bytes in, an answer
// out: no I/O. A value of its publisher, one response each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "publish.h"

namespace reverb {

class HttpReply {
  public:
    // incomplete: more bytes are needed, or the connection's end. bad: no HTTP response, or one
    // past the limits (16 KiB of headers, 16 MiB of body).
    enum class State : std::uint8_t { incomplete, complete, bad };

    State feed(std::string_view bytes);
    // The peer has closed: the end of a response that has no length.
    State end();

    // When complete.
    [[nodiscard]] Answer take();
    // Whether the connection may carry another request: the response had a length, nothing came
    // after it and the server does not close.
    [[nodiscard]] bool reusable() const noexcept { return reusable_ && rest_.empty(); }

  private:
    // What is expected next.
    enum class Part : std::uint8_t {
        head,
        body,         // `wanted_` bytes
        body_to_end,  // until the peer closes
        chunk_size,
        chunk,  // `wanted_` bytes
        chunk_end,
        trailer,
        nothing,
        error
    };

    [[nodiscard]] State state() const noexcept;
    // Reads one part from the front of rest_; false when it is not there whole.
    bool advance();
    bool read_head();
    bool read_chunk_size();
    bool read_trailer();
    Part parse_head(std::string_view head);
    // Moves what is there of `wanted_` bytes to the body; true when that is all.
    bool move_wanted();
    // The line at the front of rest_, without its end; false when it is not there whole.
    bool take_line(std::string& line);

    Part part_ = Part::head;
    Answer answer_;
    bool reusable_ = false;
    std::size_t wanted_ = 0;
    std::string rest_;  // not read yet
};

}  // namespace reverb
