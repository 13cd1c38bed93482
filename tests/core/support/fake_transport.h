// A session's way to a client that is not there: keeps what was sent, and how it was closed.
// Owned by a test, used on its thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/frame.h"
#include "pusher/transport.h"
#include "support/server_frame.h"

namespace reverb::testing {

class FakeTransport final : public Transport {
  public:
    bool send(const FramePtr& frame) override {
        // What is sent at once may be several frames.
        std::string_view rest = frame->bytes();
        while (!closed && !rest.empty()) {
            const ServerFrame one = read_frame([&rest](std::size_t size) {
                const std::string bytes(rest.substr(0, size));
                rest.remove_prefix(bytes.size());
                return bytes;
            });
            sent.push_back(one.kind == ServerFrame::Kind::ping ? "(ping)" : one.payload);
        }
        return !closed;
    }
    void close(CloseCode code, std::string_view reason) override {
        if (!closed) {
            closed = code;
            close_reason = reason;
        }
    }

    // The messages sent since the last call; "(ping)" for a ping of the WebSocket layer.
    [[nodiscard]] std::vector<std::string> take() { return std::exchange(sent, {}); }
    // The same where it must be one.
    [[nodiscard]] std::string take_one() {
        const auto taken = take();
        return taken.size() == 1 ? taken.front()
                                 : "(" + std::to_string(taken.size()) + " messages)";
    }

    std::vector<std::string> sent;
    std::optional<CloseCode> closed;
    std::string close_reason;
};

}  // namespace reverb::testing
