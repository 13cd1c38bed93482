// Whatever a client offers in its handshake, and whatever it sends as compressed: an answer or
// none, a message within its limit or none, and what is compressed reads back the same.
#include <string>

#include "base/deflate.h"
#include "fuzz/check.h"
#include "net/compression_offer.h"

namespace reverb {
namespace {

using fuzz::check;

constexpr std::size_t limit = 10'000;

void check_offer(std::string_view header) {
    const CompressionAgreement agreement = agree_on_compression(header);
    check((agreement.offers == 0) == agreement.parameters.empty(), "an answer is to an offer");
    std::size_t named = 0;
    for (std::size_t at = header.find(compression_extension); at != std::string_view::npos;
         at = header.find(compression_extension, at + 1)) {
        ++named;
    }
    check(agreement.offers <= named, "an offer names the extension");
    const std::string twice = std::string(header) + "," + std::string(header);
    check(agree_on_compression(twice).parameters == agreement.parameters ||
              agreement.parameters.empty(),
          "the first offer counts");
}

void check_payload(std::string_view payload) {
    static Inflater inflater;
    const Inflater::Inflated inflated = inflater.inflate(payload, limit);
    const bool message = inflated.outcome == Inflater::Outcome::message;
    check(inflated.message.size() <= limit, "a message is within its limit");
    check(message || inflated.message.empty(), "nothing is given of what is refused");
    if (message) {
        const std::string text(inflated.message);
        const Inflater::Inflated again = inflater.inflate(payload, text.size());
        check(again.outcome == Inflater::Outcome::message && again.message == text,
              "a message may have its own length, and is the same again");
        check(text.empty() ||
                  inflater.inflate(payload, text.size() - 1).outcome == Inflater::Outcome::too_long,
              "and not a byte more than it may");
    }
}

void check_round_trip(std::string_view text) {
    static Inflater inflater;
    static Deflater deflater(3);
    const Inflater::Inflated inflated = inflater.inflate(deflater.deflate(text), text.size());
    check(inflated.outcome == Inflater::Outcome::message && inflated.message == text,
          "what is compressed reads back the same");
}

}  // namespace
}  // namespace reverb

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = reverb::fuzz::as_text(data, size);
    reverb::check_offer(text);
    reverb::check_payload(text);
    reverb::check_round_trip(text);
    return 0;
}
