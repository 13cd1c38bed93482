#include "net/lws_log.h"

#include <libwebsockets.h>

namespace reverb {

namespace {

thread_local std::string* capture = nullptr;
thread_local std::string captured;

void keep(int /*level*/, const char* line) {
    if (capture != nullptr) {
        *capture += line;
    }
}

}  // namespace

LwsLogCapture::LwsLogCapture() {
    captured.clear();
    capture = &captured;
    lws_set_log_level(LLL_ERR | LLL_WARN, keep);
}

LwsLogCapture::~LwsLogCapture() {
    capture = nullptr;
}

std::string LwsLogCapture::explain() const {
    if (captured.find("evlib") != std::string::npos ||
        captured.find("event lib") != std::string::npos ||
        captured.find("libuv") != std::string::npos) {
        return "libwebsockets found no libuv plug-in: install it (Debian and Ubuntu: "
               "libwebsockets-evlib-uv). It said: " +
               captured;
    }
    return "libwebsockets could not be started. It said: " +
           (captured.empty() ? "nothing" : captured);
}

}  // namespace reverb
