// What a real server's connections take of the heap, and what of it the system gets back.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "support/allocations.h"
#include "support/eventually.h"
#include "support/test_server.h"

namespace reverb {
namespace {

using testing::TestServer;

constexpr std::size_t connections = 2'000;

// Of this process, all threads: the clients here have nothing but their descriptors.
std::size_t heap_in_use() {
    const auto heap = ::mallinfo2();
    return heap.uordblks + heap.hblkhd;
}

std::size_t resident_bytes() {
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages >> pages;
    return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

void say(const UniqueFd& client, std::string_view bytes) {
    if (::send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(bytes.size())) {
        throw std::runtime_error("the server does not read");
    }
}

// Reads up to where `end` has come that many times.
void hear(const UniqueFd& client, std::string_view end, std::size_t times = 1) {
    std::string heard;
    std::array<char, 4'096> buffer{};
    for (std::size_t from = 0; times > 0;) {
        if (const std::size_t found = heard.find(end, from); found != std::string::npos) {
            from = found + 1;
            --times;
            continue;
        }
        const ssize_t got = ::recv(client.get(), buffer.data(), buffer.size(), 0);
        if (got <= 0) {
            throw std::runtime_error("the server hung up");
        }
        heard.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

// A frame masked with zeros.
std::string client_frame(const std::string& text, bool compressed) {
    const std::string payload = compressed ? testing::deflate_message(text) : text;
    return std::string{compressed ? '\xC1' : '\x81',
                       static_cast<char>(0x80U | payload.size()),
                       0,
                       0,
                       0,
                       0} +
           payload;
}

// One that is subscribed to these many channels, the same for all.
UniqueFd open_subscribed(std::uint16_t port, std::size_t channels, bool compressed = false) {
    UniqueFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw std::runtime_error("the server does not listen");
    }
    testing::ConnectOptions options;
    options.headers = compressed ? testing::offer() : "";
    say(client, testing::upgrade_request(options));
    hear(client, "connection_established");
    for (std::size_t channel = 0; channel < channels; ++channel) {
        say(client, client_frame(R"({"event":"pusher:subscribe","data":{"channel":"ch)" +
                                     std::to_string(channel) + R"("}})",
                                 compressed));
    }
    hear(client, "subscription_succeeded", channels);
    return client;
}

std::vector<UniqueFd> open_all(std::uint16_t port, std::size_t channels, bool compressed = false) {
    std::vector<UniqueFd> clients;
    clients.reserve(connections);
    while (clients.size() < connections) {
        clients.push_back(open_subscribed(port, channels, compressed));
    }
    return clients;
}

// Heap bytes of a connection, as the growth over many.
std::size_t bytes_per_connection(std::size_t channels, bool compressed = false) {
    const TestServer server(
        [compressed](ServerConfig& config) { config.compression.enabled = compressed; });
    // Each thread has what its connections share.
    const std::array first{open_subscribed(server.port(), channels, compressed),
                           open_subscribed(server.port(), channels, compressed)};
    const std::size_t before = heap_in_use();
    const auto clients = open_all(server.port(), channels, compressed);
    if (compressed) {
        EXPECT_EQ(server.publish("ch0", std::string(10'000, 'x')).status, 200);
        for (const UniqueFd& client : clients) {
            hear(client, "\xC1");
        }
        EXPECT_EQ(server->stats().connections_compressed, connections + first.size());
        EXPECT_EQ(server->stats().messages_compressed, 1U);
    }
    return (heap_in_use() - before) / connections;
}

class ServerMemory : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!testing::allocations_are_counted()) {
            GTEST_SKIP() << "a sanitizer brings its own heap";
        }
    }
};

TEST_F(ServerMemory, OfASubscribedConnectionIsBelow2048Bytes) {
    const std::size_t bytes = bytes_per_connection(1);
    EXPECT_LT(bytes, 2'048U);
    EXPECT_GT(bytes, 1'000U) << "the connections were not seen";
}

TEST_F(ServerMemory, OfFiftyChannelsIsBelow6000Bytes) {
    const std::size_t bytes = bytes_per_connection(50);
    EXPECT_LT(bytes, 6'000U);
    EXPECT_GT(bytes, 2'000U) << "the subscriptions were not seen";
}

// Not a window each, as of libwebsockets' own extension, which takes more than 40 KiB.
TEST_F(ServerMemory, OfAConnectionWithCompressionIsTheSame) {
    EXPECT_LT(bytes_per_connection(1, true), bytes_per_connection(1) + 64);
}

// In a process that has freed nothing yet.
[[noreturn]] void see_memory_go_back() {
    const TestServer server;
    const UniqueFd first = open_subscribed(server.port(), 1);
    const std::size_t before = resident_bytes();
    auto clients = open_all(server.port(), 1);
    const std::size_t grown = resident_bytes() - before;
    clients.clear();
    const bool back = testing::eventually([&] { return resident_bytes() < before + grown / 4; });
    std::cerr << "grown by " << grown << ", " << resident_bytes() - before << " stayed\n";
    std::_Exit(back && grown > connections * 1'000 ? 0 : 1);
}

TEST_F(ServerMemory, GoesBackToTheSystemWhenConnectionsHaveGone) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(see_memory_go_back(), ::testing::ExitedWithCode(0), "grown by");
}

}  // namespace
}  // namespace reverb
