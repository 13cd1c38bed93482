// Whatever comes over the unix socket: frames that are read are written again to the byte.
#include <string>

#include "fuzz/check.h"
#include "wire/wire.h"

namespace reverb {
namespace {

using fuzz::check;

void check_frame(std::string_view bytes, const wire::Frame& frame) {
    const std::string_view whole = bytes.substr(0, frame.size);
    std::string again;
    if (const auto request = wire::read_publish(frame.payload)) {
        wire::append_publish(again, frame.header.correlation, *request);
        check(again.size() == whole.size() && again.substr(6) == whole.substr(6),
              "a publish is written as it was read");
    }
    again.clear();
    if (const auto answer = wire::read_answer(frame.payload)) {
        wire::append_answer(again, frame.header.correlation, *answer);
        check(again.size() == whole.size() && again.substr(6) == whole.substr(6),
              "an answer is written as it was read");
    }
}

}  // namespace
}  // namespace reverb

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace reverb;
    std::string_view bytes = fuzz::as_text(data, size);
    // A payload by itself, which the fuzzer finds faster than a frame with its length.
    static_cast<void>(wire::read_publish(bytes));
    static_cast<void>(wire::read_answer(bytes));

    wire::Frame frame;
    while (wire::split(bytes, frame) == wire::Split::whole) {
        check(frame.size >= wire::prefix_size && frame.size <= bytes.size(),
              "a frame stays within the bytes");
        check(frame.payload.empty() ||
                  (frame.payload.data() >= bytes.data() &&
                   frame.payload.data() + frame.payload.size() == bytes.data() + frame.size),
              "the payload is the frame's end");
        wire::Frame shorter;
        check(wire::split(bytes.substr(0, frame.size - 1), shorter) == wire::Split::more,
              "a frame cut short wants more");
        check_frame(bytes, frame);
        bytes.remove_prefix(frame.size);
    }
    return 0;
}
