// The client's side of TLS, between a connection that somebody else reads and writes and the one
// who talks over it: bytes in, bytes out, no I/O. Owned by its connection; one thread at a time.
#pragma once

#include <compare>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace reverb {

struct TlsOptions {
    std::string ca_file{};  // PEM; neither this nor ca_path: the system's authorities
    std::string ca_path{};
    std::string certificate_file{};  // the client's own, PEM, the chain included; empty: none
    std::string private_key_file{};  // PEM; empty: in the certificate's file
    bool verify_peer = true;
    std::string peer_name{};  // whose name the certificate must have; empty: the host's
    friend auto operator<=>(const TlsOptions&, const TlsOptions&) = default;
};

// What keeps the connection from being made or used, for people: "its certificate is not accepted:
// …". Never about a secret.
class TlsError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

class TlsSession {
  public:
    // `host` is what was connected to: its name is asked for (SNI) and must be the certificate's.
    // Throws TlsError for files that cannot be used.
    TlsSession(const TlsOptions& options, const std::string& host);
    ~TlsSession();
    TlsSession(TlsSession&&) noexcept;
    TlsSession& operator=(TlsSession&&) noexcept;
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    // Bytes that the peer sent; none to begin the handshake. Throws TlsError when the handshake or
    // the check of the certificate fails, and when the peer ends the session with an alert.
    void feed(std::string_view bytes);
    // Whether the handshake is done and the peer is who it has to be.
    [[nodiscard]] bool ready() const noexcept;
    // When ready: to be said to the peer. Throws TlsError.
    void write(std::string_view bytes);
    // What is to be sent to the peer now, to be asked for after every call above.
    [[nodiscard]] std::string take_output();
    // When ready: what the peer said, as far as it was fed. 0 when there is nothing more. Throws
    // TlsError.
    [[nodiscard]] std::size_t read(char* buffer, std::size_t size);
    // Whether read() would have something. Throws TlsError.
    [[nodiscard]] bool has_input();
    // The peer says no more.
    [[nodiscard]] bool ended() const noexcept;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace reverb
