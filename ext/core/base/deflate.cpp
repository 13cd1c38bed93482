#include "base/deflate.h"

#include <zlib.h>

#include <algorithm>
#include <new>
#include <string>

namespace reverb {

namespace {

// The largest there is: a client may use any.
constexpr int receive_window_bits = 15;
// Tables of 16 KiB, which are cleared for each message; larger ones compress events no better.
constexpr int memory_level = 5;
// The end of a flush, which frames go without (RFC 7692, 7.2.1).
constexpr std::string_view tail("\0\0\xff\xff", 4);
// What is kept of the memory for results, between two of them.
constexpr std::size_t kept = 64U << 10U;
constexpr std::size_t first_size = 4U << 10U;
// How far back the highest levels look for what repeats. zlib's own 4,096 take thirty times as long
// for text of few letters, which anybody may send, and find little more in a window of 4 KiB.
constexpr int longest_chain = 256;
constexpr int first_long_chain = 7;
constexpr int longest_match = 258;

void give(z_stream& stream, std::string_view input) {
    // It does not write into its input, which older versions do not declare.
    auto* bytes = const_cast<char*>(input.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    stream.next_in = reinterpret_cast<Bytef*>(bytes);
    stream.avail_in = static_cast<uInt>(input.size());
}

void take(z_stream& stream, std::string& output, std::size_t from) {
    stream.next_out = reinterpret_cast<Bytef*>(output.data() + from);
    stream.avail_out = static_cast<uInt>(output.size() - from);
}

void forget_large(std::string& buffer) {
    if (buffer.capacity() > kept) {
        buffer = std::string();
    }
}

}  // namespace

struct Deflater::Impl {
    z_stream stream{};
    std::string output;
};

Deflater::Deflater(int level) : impl_(std::make_unique<Impl>()) {
    if (deflateInit2(&impl_->stream, level, Z_DEFLATED, -static_cast<int>(window_bits),
                     memory_level, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::bad_alloc();
    }
    if (level >= first_long_chain) {
        deflateTune(&impl_->stream, longest_match, longest_match, longest_match, longest_chain);
    }
}

Deflater::~Deflater() {
    deflateEnd(&impl_->stream);
}

std::string_view Deflater::deflate(std::string_view message) {
    z_stream& stream = impl_->stream;
    std::string& output = impl_->output;
    forget_large(output);
    deflateReset(&stream);
    give(stream, message);
    std::size_t size = 0;
    do {
        const std::size_t expected = std::max(first_size, deflateBound(&stream, message.size()));
        output.resize(std::max(output.size(), size + expected));
        take(stream, output, size);
        ::deflate(&stream, Z_SYNC_FLUSH);
        size = output.size() - stream.avail_out;
    } while (stream.avail_out == 0);
    return std::string_view(output).substr(0, size - tail.size());
}

struct Inflater::Impl {
    z_stream stream{};
    std::string output;
    std::size_t size = 0;         // of the output so far
    bool between_blocks = false;  // whether what was given ends with a whole block

    // False where the input is not DEFLATE.
    bool add(std::string_view input, std::size_t most) {
        give(stream, input);
        while (stream.avail_in > 0 && size <= most) {
            if (size == output.size()) {
                output.resize(std::min(std::max(first_size, 2 * output.size()), most + 1));
            }
            take(stream, output, size);
            const int result = ::inflate(&stream, Z_SYNC_FLUSH);
            size = output.size() - stream.avail_out;
            constexpr int at_end_of_block = 128;
            between_blocks = result == Z_STREAM_END || (stream.data_type & at_end_of_block) != 0;
            if (result == Z_STREAM_END) {
                // A block may be the last of its stream and not of its message (7.2.3.4).
                inflateReset(&stream);
            } else if (result != Z_OK && result != Z_BUF_ERROR) {
                return false;
            }
        }
        return true;
    }
};

Inflater::Inflater() : impl_(std::make_unique<Impl>()) {
    if (inflateInit2(&impl_->stream, -receive_window_bits) != Z_OK) {
        throw std::bad_alloc();
    }
}

Inflater::~Inflater() {
    inflateEnd(&impl_->stream);
}

Inflater::Inflated Inflater::inflate(std::string_view payload, std::size_t limit) {
    forget_large(impl_->output);
    inflateReset(&impl_->stream);
    impl_->size = 0;
    impl_->between_blocks = false;
    const bool readable = impl_->add(payload, limit) && impl_->add(tail, limit);
    if (impl_->size > limit) {
        return {Outcome::too_long, {}};
    }
    if (!readable || !impl_->between_blocks) {
        return {Outcome::corrupt, {}};
    }
    return {Outcome::message, std::string_view(impl_->output).substr(0, impl_->size)};
}

}  // namespace reverb
