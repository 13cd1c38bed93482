// How a socket is opened to a name of several addresses, some of which are of no use.
#include "net/connector.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <optional>
#include <string>
#include <system_error>

#include "base/unique_fd.h"
#include "publisher/peer.h"
#include "support/child_process.h"
#include "support/eventually.h"
#include "support/test_name.h"

namespace reverb {
namespace {

using std::chrono::milliseconds;
using testing::Peer;
using testing::PeerConnection;
using testing::TestName;

sockaddr_in loopback(const char* host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, host, &address.sin_addr);
    return address;
}

// Listens and accepts nobody, and the kernel has no room for one more: who connects hears nothing.
class SilentServer {
  public:
    SilentServer(const char* host, std::uint16_t port)
        : address_(loopback(host, port)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        const int on = 1;
        ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        if (::bind(listener_.get(), address(), sizeof(address_)) != 0 ||
            ::listen(listener_.get(), 0) != 0) {
            throw std::system_error(errno, std::generic_category(), host);
        }
        waiting_ = UniqueFd(::socket(AF_INET, SOCK_STREAM, 0));
        if (::connect(waiting_.get(), address(), sizeof(address_)) != 0) {
            throw std::system_error(errno, std::generic_category(), host);
        }
    }

  private:
    [[nodiscard]] const sockaddr* address() const {
        return reinterpret_cast<const sockaddr*>(&address_);
    }
    sockaddr_in address_;
    UniqueFd listener_;
    UniqueFd waiting_;  // fills the queue
};

struct Outcome {
    bool connected = false;
    std::string why = "nothing in time";
    milliseconds took{0};
};

Outcome connect_to(const std::string& host, std::uint16_t port,
                   milliseconds timeout = testing::patience) {
    EventLoop loop;
    Outcome outcome;
    const auto begun = std::chrono::steady_clock::now();
    std::optional<Connector> connector;
    connector.emplace(loop, ClientAddress{host, port, {}}, timeout,
                      [&](const SocketHandle& socket, const std::string& why) {
                          outcome.connected = socket.stream() != nullptr;
                          outcome.why = why;
                          loop.stop();
                      });
    loop.run();
    outcome.took =
        std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun);
    return outcome;
}

TestName::Resolver always(std::vector<std::string> addresses) {
    return [addresses](const addrinfo&) { return TestName::Answer{addresses}; };
}

Peer server() {
    return Peer::tcp([](PeerConnection& connection, int) { connection.wait_until_closed(); });
}

TEST(Connector, TriesTheNextAddressWhereNobodyListens) {
    const Peer peer = server();
    const TestName name("two.test", always({"127.0.0.9", "127.0.0.1"}));
    const Outcome outcome = connect_to("two.test", peer.port());
    EXPECT_TRUE(outcome.connected) << outcome.why;
    EXPECT_TRUE(testing::eventually([&] { return peer.accepted() == 1; }));
}

TEST(Connector, GivesAnAddressThatIsSilentItsShareOfTheTime) {
    const Peer peer = server();
    const SilentServer silent("127.0.0.8", peer.port());
    const TestName name("silent.test", always({"127.0.0.8", "127.0.0.1"}));
    const Outcome outcome = connect_to("silent.test", peer.port(), milliseconds(600));
    EXPECT_TRUE(outcome.connected) << outcome.why;
    EXPECT_GE(outcome.took, milliseconds(250));
}

TEST(Connector, TellsOfTheLastAddressWhereNoneIsOfUse) {
    const std::uint16_t port = testing::free_port();
    const TestName refused("refused.test", always({"127.0.0.8", "127.0.0.9"}));
    EXPECT_EQ(connect_to("refused.test", port).why, "connection refused");
    const SilentServer silent("127.0.0.8", port);
    const Outcome outcome = connect_to("127.0.0.8", port, milliseconds(100));
    EXPECT_FALSE(outcome.connected);
    EXPECT_EQ(outcome.why, "no connection within 100 ms");
}

// AI_ADDRCONFIG, which keeps addresses away that cannot be reached anyhow, does not count those of
// loopback for a reach.
TEST(Connector, ReachesLoopbackWhereThereIsNothingElse) {
    const Peer peer = server();
    for (const int failure : {EAI_NONAME, EAI_NODATA, EAI_ADDRFAMILY}) {
        const TestName name("loopback.test", [failure](const addrinfo& hints) {
            return (hints.ai_flags & AI_ADDRCONFIG) != 0 ? TestName::Answer{{}, failure}
                                                         : TestName::Answer{{"127.0.0.1"}};
        });
        const Outcome outcome = connect_to("loopback.test", peer.port());
        EXPECT_TRUE(outcome.connected) << outcome.why;
    }
}

TEST(Connector, TellsWhyThereIsNoAddress) {
    const TestName name("no.test", [](const addrinfo&) { return TestName::Answer{{}, EAI_AGAIN}; });
    EXPECT_EQ(connect_to("no.test", 1).why,
              std::string("the name cannot be resolved: ") + ::gai_strerror(EAI_AGAIN));
}

}  // namespace
}  // namespace reverb
