// A publisher's connection to a server: the unix socket, signed HTTP over TCP or TLS, or the Redis
// that several servers share. Blocking, with deadlines; kept open between publishes. One thread at
// a time. Uses the C++ heap alone, so it may outlive a request of the process that embeds it.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/tls_session.h"
#include "publish.h"
#include "server_config.h"

namespace reverb {

struct PublisherTarget {
    std::string socket;  // path of a unix socket; when empty, HTTP to host and port
    std::string host;
    std::uint16_t port = 0;
    std::string path;  // prefix of the HTTP routes
    std::string key;   // of the application, for HTTP's signature
    std::string secret;
    bool tls = false;  // HTTPS
    TlsOptions tls_options;

    // When enabled, Redis in place of all these; the rest as the servers have it.
    ScalingConfig scaling;
    std::vector<std::string> app_ids;       // of the applications there are; empty: of any
    std::size_t outbox_limit = 1U << 20U;   // bytes, which no event may have
    std::chrono::seconds cache_ttl{1'800};  // how long a cache channel keeps its last event

    std::chrono::milliseconds connect_timeout{1'000};
    std::chrono::milliseconds timeout{5'000};  // from the first byte written to the answer
    friend auto operator<=>(const PublisherTarget&, const PublisherTarget&) = default;
};

// Nothing was sent: another way may be tried. `code()` is the errno, 0 for a name not resolved,
// ETIMEDOUT for the deadline.
class ConnectError : public std::runtime_error {
  public:
    ConnectError(int code, const std::string& what) : std::runtime_error(what), code_(code) {}
    [[nodiscard]] int code() const noexcept { return code_; }

  private:
    int code_;
};

// Bytes were sent and no answer came: the event may or may not have been delivered.
class OutcomeUnknown : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// This way tells no status.
class NoStatus : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

class PublisherConnection {
  public:
    // Does not connect yet.
    [[nodiscard]] static std::unique_ptr<PublisherConnection> open(PublisherTarget target);
    virtual ~PublisherConnection() = default;
    PublisherConnection(const PublisherConnection&) = delete;
    PublisherConnection& operator=(const PublisherConnection&) = delete;

    // Connects unless connected. Throws ConnectError.
    virtual void connect() = 0;
    // Sends the event and waits for the answer, whatever its status. Connects where needed, and
    // once more where the peer had closed before the first byte was written or said, over the unix
    // socket, that it ends and has not taken the event. Throws ConnectError and OutcomeUnknown;
    // std::length_error for an event too long for the wire.
    [[nodiscard]] virtual Answer publish(const PublishRequest& request) = 0;

    // Asks for the server's status: a body as status_json() has it. Throws as publish() does, and
    // NoStatus where the target is no unix socket.
    [[nodiscard]] virtual Answer status() = 0;

    [[nodiscard]] virtual bool connected() const noexcept = 0;
    // From before the first byte of a question until its answer was read whole.
    [[nodiscard]] virtual bool busy() const noexcept = 0;
    // Closes the descriptor and nothing else: safe in a forked child.
    virtual void close() noexcept = 0;

  protected:
    PublisherConnection() = default;
};

}  // namespace reverb
