#include "support/zlib_message.h"

#include <zlib.h>

#include <array>
#include <stdexcept>

namespace reverb::testing {

namespace {

const std::string tail("\0\0\xff\xff", 4);

}  // namespace

std::string deflate_message(std::string_view message, int window_bits) {
    z_stream stream{};
    if (deflateInit2(&stream, 9, Z_DEFLATED, -window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error("no deflater");
    }
    std::string input(message);
    std::string output(2 * message.size() + 1'000, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(output.data());
    stream.avail_out = static_cast<uInt>(output.size());
    deflate(&stream, Z_SYNC_FLUSH);
    output.resize(output.size() - stream.avail_out);
    deflateEnd(&stream);
    if (!output.ends_with(tail)) {
        throw std::runtime_error("what was deflated does not end with a flush");
    }
    return output.substr(0, output.size() - tail.size());
}

std::string inflate_message(std::string_view payload, int window_bits) {
    z_stream stream{};
    if (inflateInit2(&stream, -window_bits) != Z_OK) {
        throw std::runtime_error("no inflater");
    }
    std::string input = std::string(payload) + tail;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    std::string message;
    // In small steps: a window that is used is a window that is checked.
    std::array<char, 97> step{};
    int result = Z_OK;
    do {
        stream.next_out = reinterpret_cast<Bytef*>(step.data());
        stream.avail_out = static_cast<uInt>(step.size());
        result = inflate(&stream, Z_SYNC_FLUSH);
        message.append(step.data(), step.size() - stream.avail_out);
    } while (result == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0));
    const bool whole = stream.avail_in == 0 && (stream.data_type & 128) != 0;
    inflateEnd(&stream);
    if (!whole) {
        throw std::runtime_error("the payload is not DEFLATE, or not whole");
    }
    return message;
}

}  // namespace reverb::testing
