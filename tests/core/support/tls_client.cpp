#include "support/tls_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <chrono>
#include <stdexcept>

#include "support/eventually.h"
#include "support/web_socket_client.h"

namespace reverb::testing {

TlsClient::TlsClient(std::uint16_t port, int version)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
      tls_(nullptr, SSL_free) {
    timeval patience_{};
    patience_.tv_sec = std::chrono::duration_cast<std::chrono::seconds>(patience).count();
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience_, sizeof patience_);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw std::runtime_error("nobody listens");
    }
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_min_proto_version(context_.get(), version);
    SSL_CTX_set_max_proto_version(context_.get(), version);
    SSL_CTX_set_msg_callback_arg(context_.get(), records_.get());
    SSL_CTX_set_msg_callback(context_.get(), [](int sent, int, int kind, const void* bytes,
                                                std::size_t, SSL*, void* records) {
        if (sent == 0 && kind == SSL3_RT_HEADER &&
            *static_cast<const unsigned char*>(bytes) == SSL3_RT_APPLICATION_DATA) {
            ++*static_cast<std::size_t*>(records);
        }
    });
    tls_.reset(SSL_new(context_.get()));
    SSL_set_fd(tls_.get(), fd_.get());
    if (SSL_connect(tls_.get()) != 1) {
        throw std::runtime_error("no TLS handshake came about");
    }
}

long TlsClient::serial() const {
    return ASN1_INTEGER_get(X509_get0_serialNumber(SSL_get0_peer_certificate(tls_.get())));
}

int TlsClient::certificates() const {
    return sk_X509_num(SSL_get_peer_cert_chain(tls_.get()));
}

void TlsClient::send(std::string_view bytes) {
    if (SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())) <= 0) {
        throw std::runtime_error("the server took no bytes");
    }
}

void TlsClient::send_message(std::string_view text) {
    // Masked with zeros.
    std::string frame{static_cast<char>(0x81), static_cast<char>(0x80 | text.size()), 0, 0, 0, 0};
    send(frame += text);
}

std::string TlsClient::read_until(std::string_view end) {
    std::array<char, 4'096> buffer{};
    std::size_t at = 0;
    while ((at = received_.find(end)) == std::string::npos) {
        const int size = SSL_read(tls_.get(), buffer.data(), static_cast<int>(buffer.size()));
        if (size <= 0) {
            throw std::runtime_error("the server said no more than \"" + received_ + '"');
        }
        received_.append(buffer.data(), static_cast<std::size_t>(size));
    }
    std::string text = received_.substr(0, at + end.size());
    received_.erase(0, text.size());
    return text;
}

TlsClient& TlsClient::upgrade() {
    send(upgrade_request());
    (void)read_until("\r\n\r\n");
    (void)read_until("pusher:connection_established");
    return *this;
}

bool TlsClient::answers_ping() {
    try {
        send_message(R"({"event":"pusher:ping"})");
        (void)read_until("pusher:pong");
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}

}  // namespace reverb::testing
