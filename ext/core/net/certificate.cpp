#include "net/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <new>
#include <utility>

namespace reverb {

namespace {

constexpr int soon_days = 14;

template <auto Free>
struct Freed {
    template <typename Type>
    void operator()(Type* object) const noexcept {
        Free(object);
    }
};
void free_chain(STACK_OF(X509) * chain) noexcept {
    sk_X509_pop_free(chain, X509_free);
}
using BioPtr = std::unique_ptr<BIO, Freed<BIO_free>>;
using X509Ptr = std::unique_ptr<X509, Freed<X509_free>>;
using ChainPtr = std::unique_ptr<STACK_OF(X509), Freed<free_chain>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using ContextPtr = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;

BioPtr open(const std::string& file, const char* setting) {
    BioPtr bio(BIO_new_file(file.c_str(), "r"));
    if (bio == nullptr) {
        ERR_clear_error();
        throw ConfigError(
            setting, "cannot read " + file + ": see that it exists and that this user may read it");
    }
    return bio;
}

std::string time_text(const ASN1_TIME* time) {
    const BioPtr text(BIO_new(BIO_s_mem()));
    ASN1_TIME_print(text.get(), time);
    char* bytes = nullptr;
    const long length = BIO_get_mem_data(text.get(), &bytes);
    return {bytes, static_cast<std::size_t>(length)};
}

int give_passphrase(char* buffer, int size, int /*writing*/, void* passphrase) {
    const auto& text = *static_cast<const std::string*>(passphrase);
    return static_cast<int>(text.copy(buffer, static_cast<std::size_t>(size)));
}

X509Ptr read_certificate(BIO* bio, std::string& passphrase) {
    return X509Ptr(PEM_read_bio_X509(bio, nullptr, give_passphrase, &passphrase));
}

// What stands in the file behind the server's own certificate.
ChainPtr read_chain(BIO* bio, const std::string& file, std::string& passphrase) {
    ChainPtr chain(sk_X509_new_null());
    while (X509Ptr certificate = read_certificate(bio, passphrase)) {
        if (chain == nullptr || sk_X509_push(chain.get(), certificate.get()) == 0) {
            throw std::bad_alloc();
        }
        // The chain's from now on.
        (void)certificate.release();
    }
    const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    if (!at_end) {
        throw ConfigError("tls.local_cert",
                          "certificate " + std::to_string(sk_X509_num(chain.get()) + 2) + " in " +
                              file + " is damaged: no PEM can be read there");
    }
    return chain;
}

KeyPtr read_key(const std::string& file, std::string& passphrase) {
    const BioPtr bio = open(file, "tls.local_pk");
    KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &passphrase));
    if (key == nullptr) {
        ERR_clear_error();
        throw ConfigError("tls.local_pk", file +
                                              " holds no private key in PEM, or tls.passphrase "
                                              "is not the one it was encrypted with");
    }
    return key;
}

void check_dates(const X509* certificate, const std::string& file) {
    const ASN1_TIME* const last = X509_get0_notAfter(certificate);
    const ASN1_TIME* const first = X509_get0_notBefore(certificate);
    if (X509_cmp_current_time(last) < 0) {
        throw ConfigError("tls.local_cert", "the certificate in " + file + " expired on " +
                                                time_text(last) + ": renew it");
    }
    if (X509_cmp_current_time(first) > 0) {
        throw ConfigError("tls.local_cert", "the certificate in " + file + " is not valid before " +
                                                time_text(first));
    }
}

}  // namespace

struct Certificate::Parts {
    X509Ptr certificate;
    ChainPtr chain;
    KeyPtr key;
};

Certificate::Certificate(const TlsConfig& tls) {
    const std::string& file = tls.certificate_file;
    const std::string& key_file = tls.private_key_file.empty() ? file : tls.private_key_file;
    std::string passphrase = tls.passphrase;

    const BioPtr bio = open(file, "tls.local_cert");
    X509Ptr certificate = read_certificate(bio.get(), passphrase);
    ERR_clear_error();
    if (certificate == nullptr) {
        throw ConfigError("tls.local_cert", file + " holds no certificate in PEM");
    }
    ChainPtr chain = read_chain(bio.get(), file, passphrase);
    KeyPtr key = read_key(key_file, passphrase);
    if (X509_check_private_key(certificate.get(), key.get()) != 1) {
        ERR_clear_error();
        throw ConfigError("tls.local_pk",
                          "the key in " + key_file + " is not that of the certificate in " + file);
    }
    check_dates(certificate.get(), file);

    // As a handshake would take it, so that none is the first to learn that it cannot be used.
    const ContextPtr trial(SSL_CTX_new(TLS_server_method()));
    if (trial == nullptr ||
        SSL_CTX_use_cert_and_key(trial.get(), certificate.get(), key.get(), chain.get(), 1) != 1) {
        const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
        const std::string why = reason != nullptr ? reason : "no reason given";
        ERR_clear_error();
        throw ConfigError("tls.local_cert",
                          "OpenSSL does not take the certificate in " + file + ": " + why);
    }
    parts_ = std::make_unique<const Parts>(
        Parts{std::move(certificate), std::move(chain), std::move(key)});
}

Certificate::~Certificate() = default;

std::string Certificate::expiry() const {
    return time_text(X509_get0_notAfter(parts_->certificate.get()));
}

bool Certificate::expires_soon() const {
    int days = 0;
    int seconds = 0;
    ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(parts_->certificate.get()));
    return days < soon_days;
}

bool Certificate::use(SSL* handshake) const {
    return SSL_use_cert_and_key(handshake, parts_->certificate.get(), parts_->key.get(),
                                parts_->chain.get(), 1) == 1;
}

void CurrentCertificate::replace(std::shared_ptr<const Certificate> certificate) {
    // The earlier one is freed behind the lock.
    const std::scoped_lock lock(mutex_);
    certificate_.swap(certificate);
}

std::shared_ptr<const Certificate> CurrentCertificate::get() const {
    const std::scoped_lock lock(mutex_);
    return certificate_;
}

void CurrentCertificate::serve(SSL_CTX* context) {
    SSL_CTX_set_cert_cb(
        context,
        [](SSL* handshake, void* current) {
            const auto certificate = static_cast<const CurrentCertificate*>(current)->get();
            return certificate != nullptr && certificate->use(handshake) ? 1 : 0;
        },
        this);
}

}  // namespace reverb
