#include "base/tls_session.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "support/certificate_files.h"

namespace reverb {
namespace {

using reverb::testing::CertificateFiles;

// The other side: a server of OpenSSL's own, over memory.
class Server {
  public:
    explicit Server(const CertificateFiles& files)
        : context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free), session_(nullptr, SSL_free) {
        SSL_CTX_use_certificate_file(context_.get(), files.certificate().c_str(), SSL_FILETYPE_PEM);
        SSL_CTX_use_PrivateKey_file(context_.get(), files.key().c_str(), SSL_FILETYPE_PEM);
    }

    void ask_for_certificate(const CertificateFiles& authority) {
        SSL_CTX_load_verify_file(context_.get(), authority.certificate().c_str());
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                           nullptr);
    }

    // Passes bytes to and fro until neither side has more.
    void talk_to(TlsSession& client) {
        if (session_ == nullptr) {
            session_.reset(SSL_new(context_.get()));
            SSL_set_bio(session_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
            SSL_set_accept_state(session_.get());
            client.feed({});
        }
        bool moved = true;
        while (moved) {
            const std::string out = client.take_output();
            BIO_write(SSL_get_rbio(session_.get()), out.data(), static_cast<int>(out.size()));
            std::array<char, 4'096> buffer{};
            int size = 0;
            while ((size = SSL_read(session_.get(), buffer.data(), buffer.size())) > 0) {
                heard_.append(buffer.data(), static_cast<std::size_t>(size));
            }
            std::string answer(BIO_ctrl_pending(SSL_get_wbio(session_.get())), '\0');
            if (!answer.empty()) {
                BIO_read(SSL_get_wbio(session_.get()), answer.data(),
                         static_cast<int>(answer.size()));
                client.feed(answer);
            }
            moved = !out.empty() || !answer.empty();
        }
    }

    void say(std::string_view text) {
        SSL_write(session_.get(), text.data(), static_cast<int>(text.size()));
    }
    void end() { SSL_shutdown(session_.get()); }
    [[nodiscard]] const std::string& heard() const { return heard_; }
    [[nodiscard]] std::string asked_for() const {
        const char* name = SSL_get_servername(session_.get(), TLSEXT_NAMETYPE_host_name);
        return name == nullptr ? "" : name;
    }

  private:
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> session_;
    std::string heard_;
};

std::string read_all(TlsSession& client) {
    std::string text;
    std::array<char, 1'000> buffer{};
    std::size_t size = 0;
    while ((size = client.read(buffer.data(), buffer.size())) > 0) {
        text.append(buffer.data(), size);
    }
    return text;
}

// What went wrong in words, or nothing.
std::string fault_of(const TlsOptions& options, const std::string& host, Server& server) {
    try {
        TlsSession client(options, host);
        server.talk_to(client);
        static_cast<void>(client.has_input());
        return client.ready() ? "" : "not ready";
    } catch (const TlsError& error) {
        return error.what();
    }
}

TlsOptions trusting(const CertificateFiles& files) {
    TlsOptions options;
    options.ca_file = files.certificate();
    return options;
}

TEST(TlsSession, PassesBytesBothWaysWithASizeOfAnyKind) {
    const CertificateFiles files;
    Server server(files);
    TlsSession client(trusting(files), "localhost");
    EXPECT_FALSE(client.ready());
    server.talk_to(client);
    ASSERT_TRUE(client.ready());
    EXPECT_EQ(server.asked_for(), "localhost");
    // Tickets for later sessions have come, and are nobody's business.
    EXPECT_FALSE(client.has_input());

    const std::string large(1'000'000, 'x');
    client.write("question ");
    client.write(large);
    server.talk_to(client);
    EXPECT_EQ(server.heard(), "question " + large);

    server.say("answer");
    server.talk_to(client);
    EXPECT_TRUE(client.has_input());
    EXPECT_EQ(read_all(client), "answer");
    EXPECT_FALSE(client.has_input());
    EXPECT_FALSE(client.ended());

    server.end();
    server.talk_to(client);
    EXPECT_EQ(read_all(client), "");
    EXPECT_TRUE(client.ended());
}

TEST(TlsSession, RefusesACertificateOfNobodyItTrusts) {
    const CertificateFiles files;
    const CertificateFiles others({.serial = 2});
    Server server(files);
    EXPECT_EQ(fault_of(trusting(others), "localhost", server),
              "its certificate is not accepted for \"localhost\": self-signed certificate");
    Server second(files);
    EXPECT_EQ(fault_of({}, "localhost", second),
              "its certificate is not accepted for \"localhost\": self-signed certificate");
}

TEST(TlsSession, RefusesTheRightCertificateOfAnotherHost) {
    const CertificateFiles files;
    Server by_name(files);
    EXPECT_EQ(fault_of(trusting(files), "redis.internal", by_name),
              "its certificate is not accepted for \"redis.internal\": hostname mismatch");
    Server by_address(files);
    EXPECT_EQ(fault_of(trusting(files), "127.0.0.1", by_address),
              "its certificate is not accepted for \"127.0.0.1\": IP address mismatch");
}

TEST(TlsSession, RefusesACertificateWhoseTimeIsOver) {
    const CertificateFiles files({.first_day = -10, .last_day = -1});
    Server server(files);
    EXPECT_EQ(fault_of(trusting(files), "localhost", server),
              "its certificate is not accepted for \"localhost\": certificate has expired");
}

TEST(TlsSession, TakesANameThatIsNotTheHosts) {
    const CertificateFiles files;
    TlsOptions options = trusting(files);
    options.peer_name = "localhost";
    Server server(files);
    EXPECT_EQ(fault_of(options, "127.0.0.1", server), "");
    EXPECT_EQ(server.asked_for(), "localhost");
}

TEST(TlsSession, ChecksNothingWhereThatIsAskedFor) {
    const CertificateFiles files;
    Server server(files);
    EXPECT_EQ(fault_of({.verify_peer = false}, "redis.internal", server), "");
}

TEST(TlsSession, ShowsACertificateOfItsOwn) {
    const CertificateFiles files;
    const CertificateFiles own({.serial = 2});
    Server server(files);
    server.ask_for_certificate(own);
    TlsOptions options = trusting(files);
    EXPECT_EQ(fault_of(options, "localhost", server),
              "TLS failed: tlsv13 alert certificate required");

    Server second(files);
    second.ask_for_certificate(own);
    options.certificate_file = own.certificate();
    options.private_key_file = own.key();
    EXPECT_EQ(fault_of(options, "localhost", second), "");
}

TEST(TlsSession, NamesAFileThatCannotBeUsed) {
    const auto fault = [](const TlsOptions& options) -> std::string {
        try {
            TlsSession(options, "localhost");
            return "";
        } catch (const TlsError& error) {
            return error.what();
        }
    };
    const CertificateFiles files;
    files.write_key("no key");
    EXPECT_EQ(fault({.ca_file = "/nowhere.pem"})
                  .find("the file of authorities \"/nowhere.pem\" cannot be used: "),
              0U);
    EXPECT_EQ(fault({.certificate_file = "/nowhere.pem"})
                  .find("the certificate \"/nowhere.pem\" cannot be used: "),
              0U);
    EXPECT_EQ(fault({.certificate_file = files.certificate(), .private_key_file = files.key()})
                  .find("the private key \"" + files.key() + "\" cannot be used: "),
              0U);
}

TEST(TlsSession, EndsWithWhatIsNoTls) {
    TlsSession client({.verify_peer = false}, "localhost");
    client.feed({});
    EXPECT_FALSE(client.take_output().empty());
    EXPECT_THROW(client.feed("-ERR unknown command\r\n"), TlsError);
}

}  // namespace
}  // namespace reverb
