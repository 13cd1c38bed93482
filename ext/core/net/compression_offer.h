// What a client offers of permessage-deflate in its handshake (RFC 7692, 7.1), and what is answered
// to it. A pure function of the header; no I/O.
#pragma once

#include <string>
#include <string_view>

namespace reverb {

inline constexpr std::string_view compression_extension = "permessage-deflate";

struct CompressionAgreement {
    // How often the client named the extension; 0 where none of its offers can be accepted.
    unsigned offers = 0;
    // What the answer has behind the extension's name: each message is compressed on its own, in
    // both directions, so that nothing is kept of any client's.
    std::string parameters;
};

// `header`: the values of all Sec-WebSocket-Extensions headers, with commas between them. The first
// offer that can be accepted is. One that is not understood is declined, and a header that is none
// as a whole: the connection then goes without compression.
[[nodiscard]] CompressionAgreement agree_on_compression(std::string_view header);

}  // namespace reverb
