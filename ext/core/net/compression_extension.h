// permessage-deflate as libwebsockets knows it: no more than that frames with RSV1 are let in, on
// the connections that agreed on it. Its own extension would keep a window a connection and would
// compress each frame for each; ours are written raw, and messages are inflated whole. Stateless;
// I/O threads.
#pragma once

#include <string_view>

struct lws_extension;
struct lws_process_html_args;

namespace reverb {

// Null where libwebsockets was built without extensions.
[[nodiscard]] const lws_extension* compression_extensions();

// Puts the parameters behind the extension's name in the answer to an upgrade, as far as it was
// written. False where libwebsockets did not take up the extension.
[[nodiscard]] bool answer_compression(lws_process_html_args& answer, std::string_view parameters);

}  // namespace reverb
