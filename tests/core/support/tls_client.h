// A blocking TLS connection to a server on this host, that takes any certificate and says which it
// got. Owned by a test; one thread at a time.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace reverb::testing {

class TlsClient {
  public:
    // To 127.0.0.1, by this version of TLS or, at 0, the newest. Throws std::runtime_error where no
    // handshake comes about.
    explicit TlsClient(std::uint16_t port, int version = 0);

    // The serial number of the server's certificate, and how many certificates it sent.
    [[nodiscard]] long serial() const;
    [[nodiscard]] int certificates() const;

    // Records of TLS with data that came until now; the first ones are of the handshake.
    [[nodiscard]] std::size_t records() const noexcept { return *records_; }

    // All throw std::runtime_error when the connection is gone.
    void send(std::string_view bytes);
    // A message of a WebSocket, of at most 125 bytes.
    void send_message(std::string_view text);
    [[nodiscard]] std::string read_until(std::string_view end);

    // Becomes a WebSocket and reads its greeting.
    TlsClient& upgrade();
    // Whether a message to the server still gets its answer.
    [[nodiscard]] bool answers_ping();

  private:
    UniqueFd fd_;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> tls_;
    std::unique_ptr<std::size_t> records_ =
        std::make_unique<std::size_t>(0);  // OpenSSL's to add to
    std::string received_;
};

}  // namespace reverb::testing
