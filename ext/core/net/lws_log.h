// libwebsockets' log: silenced, but for the errors of opening a context, which say why it failed.
#pragma once

#include <string>

namespace reverb {

// While one lives on a thread, errors logged there are kept. Process-wide set-up on first use.
class LwsLogCapture {
  public:
    LwsLogCapture();
    ~LwsLogCapture();
    LwsLogCapture(const LwsLogCapture&) = delete;
    LwsLogCapture& operator=(const LwsLogCapture&) = delete;

    // What to tell the user, with what to do where that is known.
    [[nodiscard]] std::string explain() const;
};

}  // namespace reverb
