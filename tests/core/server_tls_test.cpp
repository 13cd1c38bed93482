// What a real server that speaks TLS makes of a turn of its loop: records, which are what it paid
// for.
#include <gtest/gtest.h>

#include <string>

#include "support/certificate_files.h"
#include "support/http_client.h"
#include "support/test_server.h"
#include "support/tls_client.h"

namespace reverb {
namespace {

using testing::CertificateFiles;
using testing::events_request;
using testing::TestServer;
using testing::TlsClient;

constexpr std::size_t channels = 50;

std::string channel(std::size_t number) {
    return "channel-" + std::to_string(number);
}

// Of an answer or an event: the channel comes last.
std::string end_of_message(std::size_t number) {
    return channel(number) + "\"}";
}

// A subscriber of many channels hears an event for all of them, which one request causes: so many
// frames in one turn.
std::size_t records_of_a_turn(std::size_t payload) {
    const CertificateFiles files;
    const TestServer server([&](ServerConfig& config) {
        config.tls = files.tls();
        config.threads = 1;
    });
    TlsClient subscriber(server.port());
    subscriber.upgrade();
    std::string body =
        R"({"name":"event","data":")" + std::string(payload, 'x') + R"(","channels":[)";
    for (std::size_t number = 0; number < channels; ++number) {
        subscriber.send_message(R"({"event":"pusher:subscribe","data":{"channel":")" +
                                channel(number) + R"("}})");
        (void)subscriber.read_until(end_of_message(number));
        body += (number == 0 ? "\"" : ",\"") + channel(number) + '"';
    }

    const std::size_t before = subscriber.records();
    TlsClient publisher(server.port());
    publisher.send(events_request(server.application(), body + "]}"));
    (void)publisher.read_until("\r\n\r\n");
    (void)subscriber.read_until(end_of_message(channels - 1));
    return subscriber.records() - before;
}

TEST(ServerTls, WritesOneRecordForAllFramesOfATurn) {
    EXPECT_EQ(records_of_a_turn(10), 1U);
}

// A record holds 16 KiB at most.
TEST(ServerTls, FillsTheRecordsOfALargeTurn) {
    constexpr std::size_t payload = 1'000;
    EXPECT_EQ(records_of_a_turn(payload), channels * payload / 16'384 + 1);
}

}  // namespace
}  // namespace reverb
