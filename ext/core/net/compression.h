// The compressed messages of one I/O thread, both ways: owned by its IoLoop, used on that thread
// alone, whatever the number of its connections.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/deflate.h"
#include "base/frame.h"
#include "counters.h"
#include "server_config.h"

namespace reverb {

class Compression {
  public:
    Compression(const CompressionConfig& config, Counters& counters)
        : threshold_(config.threshold), deflater_(config.level), counters_(counters) {}

    // Longer ones stay as they are: they would stop all threads that wait for the twin.
    static constexpr std::size_t largest = 64U << 10U;

    // What connections that agreed on compression get for this frame: its compressed twin, made by
    // the first thread that needs it, or the frame itself where it is short, gets no shorter or is
    // larger than `largest`.
    [[nodiscard]] const FramePtr& of(const FramePtr& frame) {
        if (frame->size() < threshold_ || frame->size() > largest) {
            return frame;
        }
        const FramePtr& twin = frame->compressed([&] { return compress(*frame); });
        return twin == nullptr ? frame : twin;
    }
    [[nodiscard]] Inflater::Inflated inflate(std::string_view payload, std::size_t limit) {
        return inflater_.inflate(payload, limit);
    }

  private:
    [[nodiscard]] FramePtr compress(const Frame& frame) noexcept;

    std::size_t threshold_;
    Deflater deflater_;
    Inflater inflater_;
    Counters& counters_;
};

// Bytes that a compressed message may have before it is inflated, where the message may have
// `limit`: what does not compress gets longer, with some compressors by more than a tenth.
[[nodiscard]] constexpr std::size_t compressed_limit(std::size_t limit) noexcept {
    constexpr std::size_t one_in = 8;
    constexpr std::size_t least = 64;
    return limit + limit / one_in + least;
}

}  // namespace reverb
