#include "common/tls.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <limits>
#include <stdexcept>

namespace reverb::bench {

namespace {

// OpenSSL's word for what went wrong last.
std::string reason() {
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    return text.data();
}

int as_int(std::size_t size) {
    return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

void set_modes(SSL_CTX* context) {
    // As of a plain socket: what was taken is told, and the rest may be elsewhere by then.
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    // One recv() for all that came, and not two for each record.
    SSL_CTX_set_read_ahead(context, 1);
    // A peer that closes its socket alone is gone, too.
    SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
    // OpenSSL writes without MSG_NOSIGNAL.
    (void)std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

TlsContext::TlsContext() : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free), client_(true) {
    set_modes(context_.get());
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_msg_callback_arg(context_.get(), &records_received_);
    SSL_CTX_set_msg_callback(context_.get(), [](int sent, int, int kind, const void* bytes,
                                                std::size_t, SSL*, void* count) {
        if (sent == 0 && kind == SSL3_RT_HEADER &&
            *static_cast<const unsigned char*>(bytes) == SSL3_RT_APPLICATION_DATA) {
            ++*static_cast<std::uint64_t*>(count);
        }
    });
}

TlsContext::TlsContext(const std::string& certificate, const std::string& private_key)
    : context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free), client_(false) {
    set_modes(context_.get());
    if (SSL_CTX_use_certificate_chain_file(context_.get(), certificate.c_str()) != 1) {
        throw std::invalid_argument("--certificate='" + certificate + "': " + reason());
    }
    if (SSL_CTX_use_PrivateKey_file(context_.get(), private_key.c_str(), SSL_FILETYPE_PEM) != 1) {
        throw std::invalid_argument("--private-key='" + private_key + "': " + reason());
    }
}

TlsSession::TlsSession(const TlsContext& context, int fd)
    : session_(SSL_new(context.get()), SSL_free) {
    SSL_set_fd(session_.get(), fd);
    if (context.of_client()) {
        SSL_set_connect_state(session_.get());
    } else {
        SSL_set_accept_state(session_.get());
    }
}

ssize_t TlsSession::send(std::string_view bytes) {
    std::size_t sent = 0;
    ERR_clear_error();
    while (sent < bytes.size()) {  // a record at a time
        const int size =
            SSL_write(session_.get(), bytes.data() + sent, as_int(bytes.size() - sent));
        if (size <= 0) {
            return sent > 0 ? static_cast<ssize_t>(sent) : without_result(size);
        }
        sent += static_cast<std::size_t>(size);
    }
    return static_cast<ssize_t>(sent);
}

ssize_t TlsSession::receive(char* buffer, std::size_t size) {
    ERR_clear_error();
    const int got = SSL_read(session_.get(), buffer, as_int(size));
    return got > 0 ? got : without_result(got);
}

bool TlsSession::waits_for_room() const {
    return SSL_want_write(session_.get());
}

ssize_t TlsSession::without_result(int result) const {
    switch (SSL_get_error(session_.get(), result)) {
        case SSL_ERROR_WANT_READ:
        case SSL_ERROR_WANT_WRITE:
            errno = EAGAIN;
            return -1;
        case SSL_ERROR_ZERO_RETURN:
            return 0;
        case SSL_ERROR_SYSCALL:
            return -1;
        default:
            throw std::runtime_error("TLS: " + reason());
    }
}

}  // namespace reverb::bench
