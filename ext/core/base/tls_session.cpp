#include "base/tls_session.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <limits>

namespace reverb {
namespace {

struct ContextDeleter {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
struct SessionDeleter {
    void operator()(SSL* session) const noexcept { SSL_free(session); }
};
using Context = std::unique_ptr<SSL_CTX, ContextDeleter>;
using Session = std::unique_ptr<SSL, SessionDeleter>;

// The words of the error that came first, which is the cause; empties the thread's queue.
std::string openssl_words() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "no reason was given" : reason;
}

void require(bool done, const std::string& what) {
    if (!done) {
        throw TlsError(what + ": " + openssl_words());
    }
}

Context context_of(const TlsOptions& options) {
    ERR_clear_error();
    Context context(SSL_CTX_new(TLS_client_method()));
    require(context != nullptr && SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) == 1,
            "OpenSSL cannot be used");
    if (!options.ca_file.empty()) {
        require(SSL_CTX_load_verify_file(context.get(), options.ca_file.c_str()) == 1,
                "the file of authorities \"" + options.ca_file + "\" cannot be used");
    }
    if (!options.ca_path.empty()) {
        require(SSL_CTX_load_verify_dir(context.get(), options.ca_path.c_str()) == 1,
                "the folder of authorities \"" + options.ca_path + "\" cannot be used");
    }
    if (options.verify_peer && options.ca_file.empty() && options.ca_path.empty()) {
        require(SSL_CTX_set_default_verify_paths(context.get()) == 1,
                "the system's authorities cannot be used");
    }
    if (!options.certificate_file.empty()) {
        const std::string& key =
            options.private_key_file.empty() ? options.certificate_file : options.private_key_file;
        require(SSL_CTX_use_certificate_chain_file(context.get(),
                                                   options.certificate_file.c_str()) == 1,
                "the certificate \"" + options.certificate_file + "\" cannot be used");
        require(SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) == 1,
                "the private key \"" + key + "\" cannot be used");
    }
    SSL_CTX_set_verify(context.get(), options.verify_peer ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
                       nullptr);
    return context;
}

// An address is checked as such and not asked for by SNI, which knows names only.
void expect_name(SSL* session, const std::string& name) {
    X509_VERIFY_PARAM* const checks = SSL_get0_param(session);
    if (X509_VERIFY_PARAM_set1_ip_asc(checks, name.c_str()) == 1) {
        return;
    }
    ERR_clear_error();
    X509_VERIFY_PARAM_set_hostflags(checks, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    require(X509_VERIFY_PARAM_set1_host(checks, name.c_str(), name.size()) == 1 &&
                SSL_set_tlsext_host_name(session, name.c_str()) == 1,
            "the name \"" + name + "\" is none that a certificate may have");
}

int as_size(std::size_t size) {
    return static_cast<int>(
        std::min<std::size_t>(size, static_cast<std::size_t>(std::numeric_limits<int>::max())));
}

}  // namespace

struct TlsSession::Impl {
    Session session;
    std::string name;  // the peer's, for people

    // What a call that returned `result` means; throws unless it only waits for more bytes.
    void check(int result) const {
        const int error = SSL_get_error(session.get(), result);
        if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_ZERO_RETURN) {
            return;
        }
        const long verified = SSL_get_verify_result(session.get());
        if (verified != X509_V_OK && SSL_get_verify_mode(session.get()) != SSL_VERIFY_NONE) {
            ERR_clear_error();
            throw TlsError("its certificate is not accepted for \"" + name +
                           "\": " + X509_verify_cert_error_string(verified));
        }
        throw TlsError("TLS failed: " + openssl_words());
    }
};

TlsSession::TlsSession(const TlsOptions& options, const std::string& host)
    : impl_(std::make_unique<Impl>()) {
    const Context context = context_of(options);
    impl_->session.reset(SSL_new(context.get()));
    require(impl_->session != nullptr, "OpenSSL cannot be used");
    impl_->name = options.peer_name.empty() ? host : options.peer_name;
    BIO* const incoming = BIO_new(BIO_s_mem());
    BIO* const outgoing = BIO_new(BIO_s_mem());
    SSL_set_bio(impl_->session.get(), incoming, outgoing);  // takes both
    expect_name(impl_->session.get(), impl_->name);
    SSL_set_connect_state(impl_->session.get());
}

TlsSession::~TlsSession() = default;
TlsSession::TlsSession(TlsSession&&) noexcept = default;
TlsSession& TlsSession::operator=(TlsSession&&) noexcept = default;

void TlsSession::feed(std::string_view bytes) {
    SSL* const session = impl_->session.get();
    while (!bytes.empty()) {
        const int taken = BIO_write(SSL_get_rbio(session), bytes.data(), as_size(bytes.size()));
        if (taken <= 0) {
            throw TlsError("TLS failed: " + openssl_words());
        }
        bytes.remove_prefix(static_cast<std::size_t>(taken));
    }
    if (!ready()) {
        ERR_clear_error();
        const int done = SSL_do_handshake(session);
        if (done != 1) {
            impl_->check(done);
        }
    }
}

bool TlsSession::ready() const noexcept {
    return SSL_is_init_finished(impl_->session.get()) == 1;
}

void TlsSession::write(std::string_view bytes) {
    while (!bytes.empty()) {
        ERR_clear_error();
        const int written = SSL_write(impl_->session.get(), bytes.data(), as_size(bytes.size()));
        if (written <= 0) {
            throw TlsError("TLS failed: " + openssl_words());
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

std::string TlsSession::take_output() {
    BIO* const outgoing = SSL_get_wbio(impl_->session.get());
    std::string bytes(BIO_ctrl_pending(outgoing), '\0');
    if (!bytes.empty()) {
        BIO_read(outgoing, bytes.data(), as_size(bytes.size()));
    }
    return bytes;
}

std::size_t TlsSession::read(char* buffer, std::size_t size) {
    if (!ready() || size == 0) {
        return 0;
    }
    ERR_clear_error();
    const int got = SSL_read(impl_->session.get(), buffer, as_size(size));
    if (got > 0) {
        return static_cast<std::size_t>(got);
    }
    impl_->check(got);
    return 0;
}

bool TlsSession::has_input() {
    if (!ready()) {
        return false;
    }
    char byte = 0;
    ERR_clear_error();
    const int got = SSL_peek(impl_->session.get(), &byte, 1);
    if (got <= 0) {
        impl_->check(got);
    }
    return got > 0;
}

bool TlsSession::ended() const noexcept {
    return (SSL_get_shutdown(impl_->session.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

}  // namespace reverb
