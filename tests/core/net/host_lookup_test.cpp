// Look-ups that hang, and what they may not keep waiting.
#include "net/host_lookup.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <future>
#include <memory>
#include <stdexcept>
#include <vector>

#include "net/address_lookup.h"
#include "net/event_loop.h"
#include "support/hanging_name.h"

namespace reverb {
namespace {

using std::chrono::milliseconds;
using testing::HangingName;
using testing::TestName;

constexpr milliseconds at_once{0};  // nothing is shared

std::string fault_of(const std::string& host) {
    try {
        const HostLookup lookup(
            host, [](const HostAddresses&) {}, at_once);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "none";
}

// No thread can have a stack as large as that.
class NoThreads {
  public:
    NoThreads() {
        ::pthread_getattr_default_np(&before_);
        pthread_attr_t huge;
        ::pthread_attr_init(&huge);
        ::pthread_attr_setstacksize(&huge, std::size_t{1} << 47U);
        ::pthread_setattr_default_np(&huge);
        ::pthread_attr_destroy(&huge);
    }
    ~NoThreads() {
        ::pthread_setattr_default_np(&before_);
        ::pthread_attr_destroy(&before_);
    }
    NoThreads(const NoThreads&) = delete;
    NoThreads& operator=(const NoThreads&) = delete;

  private:
    pthread_attr_t before_{};
};

// What one who asks on a loop is told.
struct Told {
    std::vector<sockaddr_storage> addresses;
    std::string why;
    int times = 0;
};

Told ask(const std::string& host, std::uint16_t port) {
    EventLoop loop;
    Told told;
    const AddressLookup lookup(
        loop, host, port, [&](std::vector<sockaddr_storage> addresses, const std::string& why) {
            told.addresses = std::move(addresses);
            told.why = why;
            ++told.times;
            loop.stop();
        });
    EXPECT_EQ(told.times, 0) << "from within the constructor";
    loop.run();
    return told;
}

std::uint16_t port_of(const sockaddr_storage& address) {
    return ntohs(address.ss_family == AF_INET6
                     ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                     : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

TEST(HostLookup, AnAddressNeedsNone) {
    const NoThreads none;
    for (const char* const host : {"127.0.0.1", "::1"}) {
        const Told told = ask(host, 6379);
        ASSERT_EQ(told.addresses.size(), 1U) << told.why;
        EXPECT_EQ(port_of(told.addresses[0]), 6379);
    }
}

TEST(HostLookup, TellsThatThereIsNoThread) {
    sigset_t before;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &before);
    {
        const NoThreads none;
        const Told told = ask("no-thread.test", 1);
        EXPECT_TRUE(told.addresses.empty());
        EXPECT_EQ(told.why, "there is no thread to look it up: Resource temporarily unavailable");
    }
    sigset_t after;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &after);
    EXPECT_EQ(::sigismember(&before, SIGTERM), ::sigismember(&after, SIGTERM));
    const TestName name("no-thread.test",
                        [](const addrinfo&) { return TestName::Answer{{"127.0.0.1"}}; });
    EXPECT_EQ(ask("no-thread.test", 1).addresses.size(), 1U) << "there are threads again";
}

TEST(HostLookup, TellsWhoAskTogetherTheSame) {
    HangingName name("shared.test");
    EventLoop loop;
    std::vector<std::uint16_t> told;
    const auto take = [&](const std::vector<sockaddr_storage>& addresses, const std::string& why) {
        told.push_back(addresses.empty() ? 0 : port_of(addresses[0]));
        EXPECT_EQ(why, ::gai_strerror(EAI_AGAIN));
    };
    const AddressLookup first(loop, "shared.test", 1, take);
    auto gone = std::make_unique<AddressLookup>(loop, "shared.test", 2, take);
    const AddressLookup last(loop, "shared.test", 3, take);
    ASSERT_TRUE(testing::eventually([&] { return name.hanging() == 1; }));
    gone.reset();
    name.let_go();
    const auto timer = loop.every(milliseconds(1), [&] {
        if (told.size() == 2) {
            loop.stop();
        }
    });
    loop.run();
    loop.cancel(timer);
    EXPECT_EQ(name.asked(), 1);
    name.become_well();
    const Told again = ask("shared.test", 4);
    EXPECT_EQ(name.asked(), 2) << "an answer is not kept";
    ASSERT_EQ(again.addresses.size(), 1U);
    EXPECT_EQ(port_of(again.addresses[0]), 4);
}

TEST(HostLookup, AsksAnewWhileOneHangs) {
    HangingName name("recovers.test");
    const HostLookup hangs("recovers.test", [](const HostAddresses&) {});
    ASSERT_TRUE(testing::eventually([&] { return name.hanging() == 1; }));
    name.become_well();
    std::promise<HostAddresses> found;
    const HostLookup lookup(
        "recovers.test", [&](const HostAddresses& addresses) { found.set_value(addresses); },
        at_once);
    EXPECT_EQ(found.get_future().get().list.size(), 1U);
    EXPECT_EQ(name.hanging(), 1);
}

TEST(HostLookup, IsBounded) {
    HangingName name("bounded.test");
    for (unsigned i = 0; i < HostLookup::most_at_once; ++i) {
        const HostLookup lookup(
            "bounded.test", [](const HostAddresses&) {}, at_once);
    }
    const int most = HostLookup::most_at_once;
    ASSERT_TRUE(testing::eventually([&] { return name.hanging() == most; }));
    EXPECT_EQ(fault_of("bounded.test"), "16 look-ups of it hang, and one has to end first");
    const TestName other("other.test",
                         [](const addrinfo&) { return TestName::Answer{{"127.0.0.1"}}; });
    EXPECT_EQ(ask("other.test", 1).addresses.size(), 1U);
    name.become_well();
    name.let_go();
    EXPECT_TRUE(testing::eventually([&] { return !ask("bounded.test", 1).addresses.empty(); }));
}

TEST(HostLookup, KeepsNoLoopFromItsEnd) {
    const HangingName name("hanging.test");
    const auto begun = std::chrono::steady_clock::now();
    {
        EventLoop loop;
        const AddressLookup lookup(
            loop, "hanging.test", 1,
            [](const std::vector<sockaddr_storage>&, const std::string&) { FAIL(); });
        ASSERT_TRUE(testing::eventually([&] { return name.hanging() == 1; }));
    }
    EXPECT_EQ(name.hanging(), 1);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, testing::patience / 2);
}

// In a process of its own: exit() runs what libraries do at the end.
TEST(HostLookupDeathTest, KeepsNoProcessFromItsEnd) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EXIT(
        {
            const HangingName name("hanging.test");
            EventLoop loop;
            const AddressLookup lookup(
                loop, "hanging.test", 1,
                [](const std::vector<sockaddr_storage>&, const std::string&) {});
            while (name.hanging() == 0) {
                ::usleep(1'000);
            }
            std::exit(0);
        },
        ::testing::ExitedWithCode(0), "");
    EXPECT_LT(std::chrono::steady_clock::now() - begun, testing::patience / 2);
}

#if defined(__has_feature)
#define REVERB_HAS_FEATURE(name) __has_feature(name)
#else
#define REVERB_HAS_FEATURE(name) 0
#endif

// ThreadSanitizer allows no thread in the child of a process with several.
#if !defined(__SANITIZE_THREAD__) && !REVERB_HAS_FEATURE(thread_sanitizer)
TEST(HostLookup, BeginsAnewInAForkedChild) {
    HangingName name("forked.test");
    const HostLookup hangs("forked.test", [](const HostAddresses&) {});
    ASSERT_TRUE(testing::eventually([&] { return name.hanging() == 1; }));
    name.become_well();
    const pid_t child = ::fork();
    if (child == 0) {
        // The parent's look-up is young, and will have no answer here.
        ::alarm(20);
        std::promise<HostAddresses> found;
        const HostLookup lookup(
            "forked.test", [&](const HostAddresses& addresses) { found.set_value(addresses); });
        ::_exit(found.get_future().get().list.size() == 1 ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}
#endif

}  // namespace
}  // namespace reverb
