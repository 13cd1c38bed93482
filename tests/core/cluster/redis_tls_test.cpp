// TLS, as Redis' own server speaks it, and unix sockets.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/certificate_files.h"
#include "support/redis_client.h"
#include "support/redis_server.h"

namespace reverb {
namespace {

using testing::CertificateFiles;
using testing::RedisClient;
using testing::RedisServer;

// With a certificate of its own, for "localhost", and a port for TLS.
class TlsServer {
  public:
    explicit TlsServer(bool asks_for_certificate = false)
        : port_(testing::free_port()),
          server_({"--tls-port", std::to_string(port_), "--tls-cert-file", files_.certificate(),
                   "--tls-key-file", files_.key(), "--tls-ca-cert-file", client_.certificate(),
                   "--tls-auth-clients", asks_for_certificate ? "yes" : "no"}) {}

    [[nodiscard]] RedisConfig config() const {
        RedisConfig config;
        config.host = "localhost";
        config.port = port_;
        config.tls = true;
        config.ca_file = files_.certificate();
        return config;
    }
    [[nodiscard]] const CertificateFiles& client() const { return client_; }
    [[nodiscard]] std::uint16_t plain_port() const { return server_.port(); }

  private:
    CertificateFiles files_;
    CertificateFiles client_;
    std::uint16_t port_;
    RedisServer server_;
};

std::string complaint(const RedisConfig& config) {
    RedisClient client(config);
    client.redis->start();
    EXPECT_TRUE(client.until([&] { return !client.downs.empty(); }));
    EXPECT_EQ(client.ups, 0);
    return client.last_down();
}

TEST(RedisTls, PublishesAndReceives) {
    const TlsServer server;
    RedisClient client(server.config());
    client.redis->subscribe("channel");
    ASSERT_TRUE(client.start()) << client.last_down();
    const std::string large(1U << 20U, 'x');
    for (int i = 0; i < 7; ++i) {
        client.redis->publish("channel", std::to_string(i) + large);
    }
    ASSERT_TRUE(client.until([&] { return client.messages.size() == 7; }));
    for (std::size_t i = 0; i < 7; ++i) {
        EXPECT_TRUE(client.messages[i].second == std::to_string(i) + large) << i;
    }
    EXPECT_TRUE(client.stop());
}

TEST(RedisTls, ChecksTheCertificate) {
    const TlsServer server;
    RedisConfig config = server.config();
    config.ca_file = server.client().certificate();  // an authority, but another
    const std::string why = complaint(config);
    EXPECT_TRUE(why.starts_with("TLS with Redis at localhost:" + std::to_string(config.port) +
                                " cannot be agreed on: its certificate is not accepted for "
                                "\"localhost\": self-signed certificate. Check "
                                "scaling.server.ca_file"))
        << why;
    config.verify_peer = false;
    RedisClient unchecked(config);
    EXPECT_TRUE(unchecked.start()) << unchecked.last_down();
}

TEST(RedisTls, ChecksTheName) {
    const TlsServer server;
    RedisConfig config = server.config();
    config.host = "127.0.0.1";
    const std::string why = complaint(config);
    EXPECT_NE(why.find("IP address mismatch"), std::string::npos) << why;
    config.peer_name = "localhost";
    RedisClient named(config);
    EXPECT_TRUE(named.start()) << named.last_down();
    config.peer_name = "redis.internal";
    EXPECT_NE(complaint(config).find("hostname mismatch"), std::string::npos) << complaint(config);
}

TEST(RedisTls, ShowsACertificateOfItsOwn) {
    const TlsServer server(true);
    RedisConfig config = server.config();
    const std::string why = complaint(config);
    EXPECT_NE(why.find("scaling.server.certificate_file"), std::string::npos) << why;
    config.certificate_file = server.client().certificate();
    config.private_key_file = server.client().key();
    RedisClient client(config);
    EXPECT_TRUE(client.start()) << client.last_down();
}

TEST(RedisTls, TellsOfAServerThatSpeaksNone) {
    const TlsServer server;
    RedisConfig config = server.config();
    config.port = server.plain_port();
    EXPECT_TRUE(complaint(config).starts_with("TLS with Redis at localhost:")) << complaint(config);
    config = server.config();
    config.tls = false;
    const std::string why = complaint(config);
    EXPECT_NE(why.find("scaling.server.scheme"), std::string::npos) << why;
}

TEST(RedisTls, RefusesFilesThatCannotBeUsed) {
    RedisConfig config;
    config.tls = true;
    config.ca_file = "/nowhere/ca.pem";
    const auto setting = [&] {
        try {
            const RedisClient client(config);
        } catch (const ConfigError& error) {
            EXPECT_NE(std::string(error.what()).find("/nowhere/"), std::string::npos)
                << error.what();
            return error.setting();
        }
        return std::string("none");
    };
    EXPECT_EQ(setting(), "scaling.server.ca_file");
    config.ca_file.clear();
    config.certificate_file = "/nowhere/certificate.pem";
    EXPECT_EQ(setting(), "scaling.server.certificate_file");
    config.tls = false;
    EXPECT_EQ(setting(), "none");
}

TEST(RedisUnixSocket, PublishesAndReceives) {
    RedisServer server;
    RedisConfig config;
    config.host.clear();
    config.path = server.socket();
    RedisClient client(config);
    client.redis->subscribe("channel");
    ASSERT_TRUE(client.start()) << client.last_down();
    client.redis->publish("channel", "message");
    ASSERT_TRUE(client.until([&] { return !client.messages.empty(); }));
    server.kill();
    ASSERT_TRUE(client.until([&] { return client.downs.size() > 1; }));
    EXPECT_NE(client.last_down().find(server.socket() + " cannot be reached"), std::string::npos)
        << client.last_down();
    server.start();
    EXPECT_TRUE(client.until([&] { return client.ups == 2; }));
}

}  // namespace
}  // namespace reverb
