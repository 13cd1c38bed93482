#include "support/certificate_files.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace reverb::testing {

namespace {

constexpr long day = 24 * 60 * 60;

std::string pem_of(const std::function<int(BIO*)>& write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
    if (write(bio.get()) != 1) {
        throw std::runtime_error("OpenSSL wrote no PEM");
    }
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

void write_file(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

}  // namespace

void CertificateFiles::write(const CertificateOptions& options) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        options.rsa_bits != 0 ? EVP_RSA_gen(options.rsa_bits) : EVP_EC_gen("P-256"), EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), options.serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), options.first_day * day);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), options.last_day * day);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* const name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    if (X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0) {
        throw std::runtime_error("OpenSSL did not sign the certificate");
    }
    write_certificate(pem_of([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate.get()); }));
    write_key(pem_of([&](BIO* bio) {
        const bool plain = options.passphrase.empty();
        return PEM_write_bio_PrivateKey(
            bio, key.get(), plain ? nullptr : EVP_aes_256_cbc(),
            plain ? nullptr : reinterpret_cast<const unsigned char*>(options.passphrase.data()),
            static_cast<int>(options.passphrase.size()), nullptr, nullptr);
    }));
}

void CertificateFiles::write_certificate(const std::string& pem) const {
    write_file(certificate(), pem);
}

void CertificateFiles::write_key(const std::string& pem) const {
    write_file(key(), pem);
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace reverb::testing
