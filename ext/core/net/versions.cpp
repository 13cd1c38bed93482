#include <libwebsockets.h>
#include <openssl/crypto.h>
#include <openssl/opensslv.h>
#include <uv.h>

#include "cluster/resp.h"
#include "server.h"

namespace reverb {

std::vector<std::pair<std::string, std::string>> library_versions() {
    const auto both = [](std::string built, std::string running) {
        return "built with " + std::move(built) + ", runs with " + std::move(running);
    };
    return {
        {"libwebsockets", both(LWS_LIBRARY_VERSION, lws_get_library_version())},
        {"libuv", both(std::to_string(UV_VERSION_MAJOR) + "." + std::to_string(UV_VERSION_MINOR) +
                           "." + std::to_string(UV_VERSION_PATCH),
                       uv_version_string())},
        {"OpenSSL", both(OPENSSL_VERSION_TEXT, OpenSSL_version(OPENSSL_VERSION))},
        // It does not tell what it is when it runs.
        {"hiredis", "built with " + resp_reader_version()},
    };
}

}  // namespace reverb
