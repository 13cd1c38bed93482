#include "base/hmac.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

namespace reverb {
namespace {

struct DigestDeleter {
    void operator()(EVP_MD* digest) const noexcept { EVP_MD_free(digest); }
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
using Algorithm = std::unique_ptr<EVP_MD, DigestDeleter>;
using Context = std::unique_ptr<EVP_MD_CTX, DigestDeleter>;
using Digest = std::array<unsigned char, EVP_MAX_MD_SIZE>;

// A digest that can be taken again and again. Looking an algorithm up takes OpenSSL longer than a
// short digest, and a lock: once a thread.
class Hasher {
  public:
    Hasher(const char* name, const char* missing)
        : algorithm_(EVP_MD_fetch(nullptr, name, nullptr)), context_(EVP_MD_CTX_new()) {
        if (!algorithm_ || !context_) {
            throw std::runtime_error(missing);
        }
    }

    // Each returns itself; a fault shows in the end.
    Hasher& begin() {
        fine_ = EVP_DigestInit_ex(context_.get(), algorithm_.get(), nullptr) == 1;
        return *this;
    }
    Hasher& begin(const Hasher& after) {
        fine_ = after.fine_ && EVP_MD_CTX_copy_ex(context_.get(), after.context_.get()) == 1;
        return *this;
    }
    Hasher& add(const void* bytes, std::size_t size) {
        fine_ = fine_ && EVP_DigestUpdate(context_.get(), bytes, size) == 1;
        return *this;
    }
    // Bytes of the digest.
    std::size_t end(Digest& digest) {
        unsigned size = 0;
        if (!fine_ || EVP_DigestFinal_ex(context_.get(), digest.data(), &size) != 1) {
            throw std::runtime_error("OpenSSL could not compute a digest");
        }
        return size;
    }

  private:
    Algorithm algorithm_;
    Context context_;
    bool fine_ = true;
};

// HMAC (RFC 2104) with SHA-256. The secret's part, which is half of a short one, is kept for the
// next message: most servers have one application.
class HmacSha256 {
  public:
    std::size_t sign(std::string_view secret, std::string_view message, Digest& digest) {
        if (!keyed_ || secret != secret_) {
            set(secret);
        }
        const std::size_t size =
            work_.begin(inner_).add(message.data(), message.size()).end(digest);
        return work_.begin(outer_).add(digest.data(), size).end(digest);
    }

  private:
    static constexpr std::size_t block_size = 64;

    void set(std::string_view secret) {
        keyed_ = false;
        std::array<unsigned char, block_size> key{};
        if (secret.size() > block_size) {
            Digest digest{};
            std::copy_n(digest.begin(), work_.begin().add(secret.data(), secret.size()).end(digest),
                        key.begin());
        } else {
            std::copy(secret.begin(), secret.end(), key.begin());
        }
        const auto pad = [&key](Hasher& into, unsigned char with) {
            std::array<unsigned char, block_size> padded{};
            std::transform(key.begin(), key.end(), padded.begin(),
                           [with](unsigned char byte) { return byte ^ with; });
            into.begin().add(padded.data(), padded.size());
        };
        pad(inner_, 0x36);
        pad(outer_, 0x5C);
        secret_ = secret;
        keyed_ = true;
    }

    Hasher inner_{"SHA256", "OpenSSL has no SHA-256"};
    Hasher outer_{"SHA256", "OpenSSL has no SHA-256"};
    Hasher work_{"SHA256", "OpenSSL has no SHA-256"};
    std::string secret_;
    bool keyed_ = false;
};

std::string hex(const Digest& digest, std::size_t size) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(2 * size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
        text[2 * i] = digits[digest[i] >> 4U];
        text[2 * i + 1] = digits[digest[i] & 0x0FU];
    }
    return text;
}

std::string digest_hex(Hasher& hasher, std::string_view bytes) {
    Digest digest{};
    return hex(digest, hasher.begin().add(bytes.data(), bytes.size()).end(digest));
}

}  // namespace

std::string hmac_sha256_hex(std::string_view secret, std::string_view message) {
    thread_local HmacSha256 hmac;
    Digest digest{};
    return hex(digest, hmac.sign(secret, message, digest));
}

std::string md5_hex(std::string_view bytes) {
    thread_local Hasher md5("MD5",
                            "OpenSSL has no MD5 digest, which Pusher's HTTP API needs: its FIPS "
                            "mode must be off");
    return digest_hex(md5, bytes);
}

std::string sha1_hex(std::string_view bytes) {
    thread_local Hasher sha1("SHA1",
                             "OpenSSL has no SHA-1 digest, by which Redis knows scripts: its FIPS "
                             "mode must be off");
    return digest_hex(sha1, bytes);
}

bool equal_constant_time(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace reverb
