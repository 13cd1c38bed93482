// The server's TLS certificate, its chain and key, and which of them handshakes get. By OpenSSL.
//
// A Certificate is read from its files and checked before anything is done with it, so that what
// is wrong is said in words, and never changes. The CurrentCertificate is the one that all I/O
// threads share: each handshake takes what is current then, so that one read anew needs no new
// connections and touches no old ones.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "server_config.h"

struct ssl_ctx_st;
struct ssl_st;

namespace reverb {

class Certificate {
  public:
    // Throws ConfigError naming `tls.local_cert` or `tls.local_pk`: a file that cannot be read or
    // holds no PEM, a key that is not the certificate's, a certificate that is no longer or not yet
    // valid, or weaker than OpenSSL allows.
    explicit Certificate(const TlsConfig& tls);
    ~Certificate();
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;

    // When it expires, for people.
    [[nodiscard]] std::string expiry() const;
    // Whether that is so near that somebody should see to it.
    [[nodiscard]] bool expires_soon() const;
    // Gives it to one handshake. Any thread; false where OpenSSL refuses.
    [[nodiscard]] bool use(ssl_st* handshake) const;

  private:
    struct Parts;
    std::unique_ptr<const Parts> parts_;
};

// Any thread. Must outlive the contexts that it serves.
class CurrentCertificate {
  public:
    void replace(std::shared_ptr<const Certificate> certificate);
    [[nodiscard]] std::shared_ptr<const Certificate> get() const;
    // Every handshake of this context gets what is current then.
    void serve(ssl_ctx_st* context);

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Certificate> certificate_;
};

}  // namespace reverb
