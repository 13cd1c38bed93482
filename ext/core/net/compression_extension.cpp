#include "net/compression_extension.h"

#include <libwebsockets.h>

#include <algorithm>
#include <array>

#include "net/compression_offer.h"

namespace reverb {

#if defined(LWS_WITHOUT_EXTENSIONS)

const lws_extension* compression_extensions() {
    return nullptr;
}

#else

namespace {

// Nothing is changed on its way; the options are ours, see answer_compression().
int on_extension(lws_context* /*context*/, const lws_extension* /*extension*/, lws* /*socket*/,
                 lws_extension_callback_reasons reason, void* /*user*/, void* in,
                 std::size_t /*length*/) {
    static const std::array no_options{lws_ext_options{nullptr, EXTARG_NONE}};
    if (reason == LWS_EXT_CB_CONSTRUCT) {
        *static_cast<const lws_ext_options**>(in) = no_options.data();
    }
    return 0;
}

}  // namespace

const lws_extension* compression_extensions() {
    static const std::array extensions{
        lws_extension{compression_extension.data(), on_extension, nullptr},
        lws_extension{nullptr, nullptr, nullptr}};
    return extensions.data();
}

#endif

bool answer_compression(lws_process_html_args& answer, std::string_view parameters) {
    constexpr std::string_view line_end = "\r\n";
    const std::size_t named = compression_extension.size() + line_end.size();
    const std::string_view so_far(answer.p - named, named);
    if (!so_far.starts_with(compression_extension) || !so_far.ends_with(line_end) ||
        static_cast<std::size_t>(answer.max_len) < parameters.size()) {
        return false;
    }
    answer.p = std::ranges::copy(parameters, answer.p - line_end.size()).out;
    answer.p = std::ranges::copy(line_end, answer.p).out;
    return true;
}

}  // namespace reverb
