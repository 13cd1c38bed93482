#include "net/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace reverb {

namespace {

template <auto Free>
struct Freed {
    template <typename Type>
    void operator()(Type* object) const noexcept {
        Free(object);
    }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

Bio open(const std::string& file, const char* setting) {
    Bio bio(BIO_new_file(file.c_str(), "r"));
    if (bio == nullptr) {
        throw ConfigError(
            setting, "cannot read " + file + ": see that it exists and that this user may read it");
    }
    return bio;
}

std::string time_text(const ASN1_TIME* time) {
    const Bio text(BIO_new(BIO_s_mem()));
    ASN1_TIME_print(text.get(), time);
    char* bytes = nullptr;
    const long length = BIO_get_mem_data(text.get(), &bytes);
    return {bytes, static_cast<std::size_t>(length)};
}

int give_passphrase(char* buffer, int size, int /*writing*/, void* passphrase) {
    const auto& text = *static_cast<const std::string*>(passphrase);
    return static_cast<int>(text.copy(buffer, static_cast<std::size_t>(size)));
}

Key read_key(const std::string& file, const std::string& passphrase) {
    const Bio bio = open(file, "tls.local_pk");
    std::string given = passphrase;
    Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &given));
    if (key == nullptr) {
        ERR_clear_error();
        throw ConfigError("tls.local_pk", file +
                                              " holds no private key in PEM, or tls.passphrase "
                                              "is not the one it was encrypted with");
    }
    return key;
}

}  // namespace

void check_certificate(const TlsConfig& tls) {
    if (tls.certificate_file.empty()) {
        return;
    }
    const std::string& file = tls.certificate_file;
    const Bio bio = open(file, "tls.local_cert");
    const Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (certificate == nullptr) {
        ERR_clear_error();
        throw ConfigError("tls.local_cert", file + " holds no certificate in PEM");
    }
    const std::string& key_file = tls.private_key_file.empty() ? file : tls.private_key_file;
    const Key key = read_key(key_file, tls.passphrase);
    if (X509_check_private_key(certificate.get(), key.get()) != 1) {
        ERR_clear_error();
        throw ConfigError("tls.local_pk",
                          "the key in " + key_file + " is not that of the certificate in " + file);
    }
    if (X509_cmp_current_time(X509_get0_notAfter(certificate.get())) < 0) {
        throw ConfigError("tls.local_cert", "the certificate in " + file + " expired on " +
                                                time_text(X509_get0_notAfter(certificate.get())) +
                                                ": renew it");
    }
    if (X509_cmp_current_time(X509_get0_notBefore(certificate.get())) > 0) {
        throw ConfigError("tls.local_cert", "the certificate in " + file + " is not valid before " +
                                                time_text(X509_get0_notBefore(certificate.get())));
    }
}

}  // namespace reverb
