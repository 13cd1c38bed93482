// A real server that speaks TLS: which certificate its clients see, and how it gets another one.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support/certificate_files.h"
#include "support/test_server.h"
#include "support/tls_client.h"

namespace reverb {
namespace {

using testing::CertificateFiles;
using testing::read_file;
using testing::TcpClient;
using testing::TestServer;
using testing::TlsClient;

TestServer server_with(const TlsConfig& tls) {
    return TestServer([&](ServerConfig& config) { config.tls = tls; });
}

// The setting that is named, or nothing where the certificate was taken.
std::string reload(const TestServer& server) {
    try {
        server->reload_certificate();
        return {};
    } catch (const ConfigError& error) {
        EXPECT_GT(std::string(error.what()).size(), 10U);
        return error.setting();
    }
}

TEST(ServerCertificate, IsReadAnewForNewHandshakesWhileConnectionsStay) {
    CertificateFiles files({.serial = 1});
    const TestServer server = server_with(files.tls());
    server.hooks().want(Hook::log, true);
    TlsClient before(server.port());
    before.upgrade();
    EXPECT_EQ(before.serial(), 1);
    // Its WebSocket handshake comes after the change.
    TlsClient between(server.port());

    files.write({.serial = 2, .rsa_bits = 2'048});
    EXPECT_EQ(TlsClient(server.port()).serial(), 1) << "without being told";
    EXPECT_EQ(reload(server), "");

    // As many as make sure that both I/O threads have some.
    std::vector<std::unique_ptr<TlsClient>> after;
    for (int count = 0; count < 6; ++count) {
        after.push_back(std::make_unique<TlsClient>(server.port()));
        EXPECT_EQ(after.back()->serial(), 2);
        EXPECT_TRUE(after.back()->upgrade().answers_ping());
    }
    for (const std::uint64_t connections : server->stats().connections_by_thread) {
        EXPECT_GT(connections, 0U);
    }
    EXPECT_TRUE(before.answers_ping());
    EXPECT_TRUE(between.upgrade().answers_ping());
    EXPECT_EQ(server->stats().connections, 8U);

    const std::vector<HookEvent> log = server.hooks().take();
    ASSERT_EQ(log.size(), 1U);
    EXPECT_EQ(log[0].subject, "info");
    EXPECT_EQ(log[0].text, "Certificate Reloaded");
    EXPECT_TRUE(log[0].detail.starts_with(files.certificate() + ", valid until ")) << log[0].detail;
    EXPECT_TRUE(log[0].detail.ends_with(" GMT")) << log[0].detail;
}

TEST(ServerCertificate, IsGivenToEveryVersionOfTls) {
    CertificateFiles files({.serial = 1, .rsa_bits = 2'048});
    const TestServer server = server_with(files.tls());
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        EXPECT_EQ(TlsClient(server.port(), version).serial(), 1);
    }
    files.write({.serial = 2});
    EXPECT_EQ(reload(server), "");
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        EXPECT_EQ(TlsClient(server.port(), version).serial(), 2);
    }
}

TEST(ServerCertificate, ComesWithItsChainAndMayShareAFileWithItsKey) {
    const CertificateFiles issuer({.serial = 7});
    CertificateFiles files({.serial = 1, .passphrase = "one"});
    const std::string key = read_file(files.key());
    const std::string certificate = read_file(files.certificate());
    files.write_certificate(key + certificate + read_file(issuer.certificate()));
    const TestServer server = server_with({files.certificate(), "", "one"});
    TlsClient client(server.port());
    EXPECT_EQ(client.serial(), 1);
    EXPECT_EQ(client.certificates(), 2);

    files.write({.serial = 2, .passphrase = "one"});
    files.write_certificate(read_file(files.certificate()) + read_file(files.key()));
    EXPECT_EQ(reload(server), "");
    TlsClient next(server.port());
    EXPECT_EQ(next.serial(), 2);
    EXPECT_EQ(next.certificates(), 1);
}

struct Fault {
    const char* what;
    std::function<void(CertificateFiles&)> make;
    const char* setting;
    const char* says;
};

const Fault faults[] = {
    {"no certificate", [](CertificateFiles& files) { files.write_certificate("nothing"); },
     "tls.local_cert", "holds no certificate in PEM"},
    {"half a certificate",
     [](CertificateFiles& files) {
         files.write_certificate(read_file(files.certificate()).substr(0, 200));
     },
     "tls.local_cert", "holds no certificate in PEM"},
    {"a damaged chain",
     [](CertificateFiles& files) {
         const std::string whole = read_file(files.certificate());
         files.write_certificate(whole + whole + whole.substr(0, 200));
     },
     "tls.local_cert", "certificate 3 in "},
    {"another key",
     [](CertificateFiles& files) { files.write_key(read_file(CertificateFiles().key())); },
     "tls.local_pk", "is not that of the certificate"},
    {"no key", [](CertificateFiles& files) { files.write_key(""); }, "tls.local_pk",
     "holds no private key in PEM"},
    {"another passphrase",
     [](CertificateFiles& files) { files.write({.serial = 2, .passphrase = "two"}); },
     "tls.local_pk", "tls.passphrase"},
    {"an expired one",
     [](CertificateFiles& files) { files.write({.serial = 2, .first_day = -9, .last_day = -1}); },
     "tls.local_cert", "expired on "},
    {"one of tomorrow", [](CertificateFiles& files) { files.write({.serial = 2, .first_day = 1}); },
     "tls.local_cert", "is not valid before "},
    {"a weak one", [](CertificateFiles& files) { files.write({.serial = 2, .rsa_bits = 1'024}); },
     "tls.local_cert", "too small"},
};

TEST(ServerCertificate, StaysWhenWhatIsThereIsNoGood) {
    CertificateFiles files({.serial = 1});
    const TestServer server = server_with(files.tls());
    server.hooks().want(Hook::log, true);
    for (const Fault& fault : faults) {
        files.write({.serial = 2});
        fault.make(files);
        EXPECT_EQ(reload(server), fault.setting) << fault.what;
        const std::vector<HookEvent> log = server.hooks().take();
        ASSERT_EQ(log.size(), 1U) << fault.what;
        EXPECT_EQ(log[0].subject, "error");
        EXPECT_EQ(log[0].text, "Certificate Not Reloaded");
        EXPECT_NE(log[0].detail.find(fault.says), std::string::npos) << log[0].detail;
        EXPECT_TRUE(log[0].detail.ends_with("; the earlier one stays in use")) << log[0].detail;
        EXPECT_EQ(TlsClient(server.port()).serial(), 1) << fault.what;
    }
    files.write({.serial = 3});
    EXPECT_EQ(reload(server), "");
    EXPECT_EQ(TlsClient(server.port()).serial(), 3);
}

TEST(ServerCertificate, StopsTheStartWhenItIsNoGood) {
    for (const Fault& fault : faults) {
        CertificateFiles files;
        fault.make(files);
        try {
            const TestServer server = server_with(files.tls());
            ADD_FAILURE() << fault.what << ": the server started";
        } catch (const ConfigError& error) {
            EXPECT_EQ(error.setting(), fault.setting) << fault.what;
            EXPECT_NE(std::string(error.what()).find(fault.says), std::string::npos)
                << error.what();
        }
    }
}

TEST(ServerCertificate, IsWarnedOfBeforeItExpires) {
    CertificateFiles files({.last_day = 20});
    EXPECT_TRUE(server_with(files.tls())->warnings().empty());
    files.write({.last_day = 13});
    const TestServer server = server_with(files.tls());
    ASSERT_EQ(server->warnings().size(), 1U);
    EXPECT_TRUE(server->warnings()[0].starts_with("The certificate in " + files.certificate() +
                                                  " expires on "))
        << server->warnings()[0];

    server.hooks().want(Hook::log, true);
    EXPECT_EQ(reload(server), "");
    const std::vector<HookEvent> log = server.hooks().take();
    ASSERT_EQ(log.size(), 1U);
    EXPECT_EQ(log[0].subject, "warning") << "it was not renewed";
}

TEST(ServerCertificate, IsOfNoConcernWithoutTls) {
    const TestServer server;
    server.hooks().want(Hook::log, true);
    EXPECT_EQ(reload(server), "");
    EXPECT_TRUE(server.hooks().take().empty());
    EXPECT_NO_THROW((void)server.connect());
}

TEST(ServerCertificate, IsWaitedForOnlySoLong) {
    const CertificateFiles files;
    const TestServer server([&](ServerConfig& config) {
        config.tls = files.tls();
        config.handshake_timeout = std::chrono::milliseconds(300);
    });
    TcpClient silent(server.port());
    TcpClient halfway(server.port());
    halfway.send({"\x16\x03\x01\x02\x00\x01", 6});
    EXPECT_TRUE(silent.closed());
    EXPECT_TRUE(halfway.closed());
    EXPECT_EQ(server->stats().deadline_closes, 2U);
}

// What a handshake holds is freed with it, also when the server ends first.
TEST(ServerCertificate, IsLetGoOfWithAHandshakeThatNeverEnds) {
    CertificateFiles files;
    auto server =
        std::make_unique<TestServer>([&](ServerConfig& config) { config.tls = files.tls(); });
    TcpClient halfway((*server).port());
    halfway.send({"\x16\x03\x01\x02\x00\x01", 6});
    const TlsClient ready((*server).port());
    EXPECT_EQ(reload(*server), "");
    server.reset();
    EXPECT_TRUE(halfway.closed());
}

// Reloads of two threads, the files changing under them, and handshakes all the while: each
// handshake gets a whole certificate with its own key, or it would fail.
TEST(ServerCertificate, ChangesUnderManyHandshakes) {
    CertificateFiles files({.serial = 1});
    const TestServer server = server_with(files.tls());
    std::atomic<bool> over{false};
    std::atomic<int> shaken{0};
    {
        std::vector<std::jthread> threads;
        for (int count = 0; count < 2; ++count) {
            threads.emplace_back([&] {
                while (!over) {
                    try {
                        const TlsClient client(server.port());
                        shaken += client.serial() > 0 ? 1 : 0;
                    } catch (const std::runtime_error& error) {
                        ADD_FAILURE() << error.what();
                    }
                }
            });
        }
        threads.emplace_back([&] {
            while (!over) {
                (void)reload(server);
            }
        });
        for (long serial = 2; serial <= 30; ++serial) {
            files.write({.serial = serial});
            EXPECT_EQ(reload(server), "");
        }
        EXPECT_TRUE(testing::eventually([&] { return shaken > 20; }));
        over = true;
    }
    EXPECT_EQ(TlsClient(server.port()).serial(), 30);
}

}  // namespace
}  // namespace reverb
