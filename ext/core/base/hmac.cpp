#include "base/hmac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace reverb {
namespace {

struct MacDeleter {
    void operator()(EVP_MAC* mac) const noexcept { EVP_MAC_free(mac); }
};
struct MacContextDeleter {
    void operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, MacContextDeleter>;

MacContext hmac_sha256_context() {
    const std::unique_ptr<EVP_MAC, MacDeleter> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    MacContext context(mac ? EVP_MAC_CTX_new(mac.get()) : nullptr);
    std::string digest = "SHA256";
    const std::array<OSSL_PARAM, 2> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end()};
    if (!context || EVP_MAC_CTX_set_params(context.get(), parameters.data()) != 1) {
        throw std::runtime_error("OpenSSL has no HMAC with SHA-256");
    }
    return context;
}

std::string hex(const unsigned char* bytes, std::size_t size) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * size);
    for (std::size_t i = 0; i < size; ++i) {
        text.push_back(digits[bytes[i] >> 4U]);
        text.push_back(digits[bytes[i] & 0x0FU]);
    }
    return text;
}

const unsigned char* as_bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string digest_hex(const EVP_MD* algorithm, std::string_view bytes, const std::string& what) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, algorithm, nullptr) != 1) {
        throw std::runtime_error("OpenSSL could not compute " + what +
                                 ": its FIPS mode must be off");
    }
    return hex(digest.data(), size);
}

}  // namespace

std::string hmac_sha256_hex(std::string_view secret, std::string_view message) {
    // Looking an algorithm up takes OpenSSL longer than a short HMAC, and a lock: once a thread.
    thread_local const MacContext context = hmac_sha256_context();
    // A null key would mean "the key from before".
    const std::string_view key = secret.data() == nullptr ? "" : secret;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    std::size_t size = 0;
    if (EVP_MAC_init(context.get(), as_bytes(key), key.size(), nullptr) != 1 ||
        EVP_MAC_update(context.get(), as_bytes(message), message.size()) != 1 ||
        EVP_MAC_final(context.get(), digest.data(), &size, digest.size()) != 1) {
        throw std::runtime_error("OpenSSL could not compute an HMAC with SHA-256");
    }
    return hex(digest.data(), size);
}

std::string md5_hex(std::string_view bytes) {
    return digest_hex(EVP_md5(), bytes, "an MD5 digest, which Pusher's HTTP API needs");
}

std::string sha1_hex(std::string_view bytes) {
    return digest_hex(EVP_sha1(), bytes, "a SHA-1 digest, by which Redis knows scripts");
}

bool equal_constant_time(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace reverb
