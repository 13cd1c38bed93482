// TLS of the benchmarks' own connections, over OpenSSL. A context is what all connections of a
// program share, and outlives them; a session is of one connection and belongs to its Stream. Both
// on one thread.
#pragma once

#include <openssl/ssl.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace reverb::bench {

class TlsContext {
  public:
    // Of clients, which take any certificate.
    TlsContext();
    // Of a server. Throws std::invalid_argument naming the options when OpenSSL refuses a file.
    TlsContext(const std::string& certificate, const std::string& private_key);
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    [[nodiscard]] SSL_CTX* get() const noexcept { return context_.get(); }
    [[nodiscard]] bool of_client() const noexcept { return client_; }
    // Records with data that came, of all connections. As TLS 1.3 encrypts the end of a handshake
    // as well, a few for each connection are of that.
    [[nodiscard]] std::uint64_t records_received() const noexcept { return records_received_; }

  private:
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    bool client_;
    std::uint64_t records_received_ = 0;
};

class TlsSession {
  public:
    // The descriptor stays the caller's.
    TlsSession(const TlsContext& context, int fd);

    // As ::send() and ::recv() of a non-blocking socket: what they return, and errno. The
    // handshake is made on the way.
    [[nodiscard]] ssize_t send(std::string_view bytes);
    [[nodiscard]] ssize_t receive(char* buffer, std::size_t size);
    // Whether the last call waits for room in the socket, and not for what the peer says.
    [[nodiscard]] bool waits_for_room() const;

  private:
    [[nodiscard]] ssize_t without_result(int result) const;

    std::unique_ptr<SSL, decltype(&SSL_free)> session_;
};

}  // namespace reverb::bench
