// A self-signed certificate and its key, in files of a directory that goes with the object.
#pragma once

#include <string>

#include "publisher/peer.h"
#include "server_config.h"

namespace reverb::testing {

struct CertificateOptions {
    long serial = 1;
    int first_day = -1;  // from today
    int last_day = 365;
    unsigned rsa_bits = 0;  // 0: a key on the curve P-256
    std::string passphrase{};
};

class CertificateFiles {
  public:
    explicit CertificateFiles(const CertificateOptions& options = {}) { write(options); }

    // In place of what is there.
    void write(const CertificateOptions& options);
    void write_certificate(const std::string& pem) const;
    void write_key(const std::string& pem) const;

    [[nodiscard]] std::string certificate() const { return directory_.file("certificate.pem"); }
    [[nodiscard]] std::string key() const { return directory_.file("key.pem"); }
    [[nodiscard]] TlsConfig tls(std::string passphrase = {}) const {
        return {certificate(), key(), std::move(passphrase)};
    }

  private:
    TemporaryDirectory directory_;
};

[[nodiscard]] std::string read_file(const std::string& path);

}  // namespace reverb::testing
