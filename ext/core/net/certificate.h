// Checks a certificate and its key before the listeners open, so that what is wrong with them is
// said in words. By OpenSSL; on the thread that starts the server.
#pragma once

#include "server_config.h"

namespace reverb {

// Throws ConfigError naming `tls.local_cert`, `tls.local_pk` or `tls.passphrase`: a file that
// cannot be read or holds no PEM, a key that is not the certificate's, a certificate that is no
// longer or not yet valid. Does nothing without TLS.
void check_certificate(const TlsConfig& tls);

}  // namespace reverb
