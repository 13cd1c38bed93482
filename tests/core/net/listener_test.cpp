#include "net/listener.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "publisher/peer.h"
#include "support/tcp_client.h"

namespace reverb {
namespace {

using testing::listening;
using testing::TcpClient;
using testing::TemporaryDirectory;

// The setting that a call fails with, and what is said; nothing where it does not fail.
struct Failure {
    std::string setting;
    std::string what;
};

template <typename Call>
std::optional<Failure> failure_of(Call call) {
    try {
        call();
        return std::nullopt;
    } catch (const ConfigError& error) {
        return Failure{error.setting(), error.what()};
    }
}

std::optional<Failure> failure_of_tcp(const std::string& host, std::uint16_t port) {
    return failure_of([&] { (void)listen_tcp(host, port); });
}

TEST(TcpListener, TakesAFreePortAndSaysWhich) {
    const TcpListener listener = listen_tcp("127.0.0.1", 0);
    EXPECT_GT(listener.port, 0);
    EXPECT_TRUE(listening(listener.port));
    EXPECT_NE(::fcntl(listener.fd.get(), F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_NE(::fcntl(listener.fd.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(TcpListener, RefusesAPortInUse) {
    const TcpListener first = listen_tcp("127.0.0.1", 0);
    for (const std::string host : {"127.0.0.1", "0.0.0.0"}) {
        const auto failure = failure_of_tcp(host, first.port);
        ASSERT_TRUE(failure) << host;
        EXPECT_EQ(failure->setting, "port");
        EXPECT_NE(failure->what.find(host + ":" + std::to_string(first.port)), std::string::npos)
            << failure->what;
    }
}

// A name with two addresses: the first is in use, so the server must not take the second.
TEST(TcpListener, RefusesAPortInUseAtOneOfSeveralAddresses) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    ASSERT_EQ(::getaddrinfo("localhost", "0", &hints, &found), 0);
    const bool two = found != nullptr && found->ai_next != nullptr &&
                     found->ai_family != found->ai_next->ai_family;
    ::freeaddrinfo(found);
    if (!two) {
        GTEST_SKIP() << "localhost has one address here";
    }
    const TcpListener first = listen_tcp("localhost", 0);
    const auto failure = failure_of_tcp("localhost", first.port);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->setting, "port");
}

TEST(TcpListener, TakesAPortWhoseEarlierConnectionsLinger) {
    std::optional<TcpListener> first = listen_tcp("127.0.0.1", 0);
    const std::uint16_t port = first->port;
    TcpClient client(port);
    {
        ASSERT_EQ(::fcntl(first->fd.get(), F_SETFL, 0), 0);
        // Closed here first, so that it lingers at the server's port.
        const UniqueFd accepted(::accept(first->fd.get(), nullptr, nullptr));
        ASSERT_TRUE(accepted);
    }
    EXPECT_TRUE(client.closed());
    first.reset();
    EXPECT_FALSE(failure_of_tcp("127.0.0.1", port));
}

TEST(TcpListener, NamesAHostThatIsNotThisMachines) {
    const auto failure = failure_of_tcp("192.0.2.1", 0);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->setting, "host");
    EXPECT_NE(failure->what.find("192.0.2.1"), std::string::npos);
}

class UnixListenerTest : public ::testing::Test {
  protected:
    [[nodiscard]] std::optional<Failure> failure(const std::string& where) const {
        return failure_of([&] { const UnixListener listener(where, 0660); });
    }
    static mode_t mode_of(const std::string& file) {
        struct stat status {};
        EXPECT_EQ(::lstat(file.c_str(), &status), 0);
        return status.st_mode & 07777U;
    }
    static bool exists(const std::string& file) {
        return std::filesystem::symlink_status(file).type() !=
               std::filesystem::file_type::not_found;
    }
    static bool connects(const std::string& file) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, file.data(), file.size());
        const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
               0;
    }

    TemporaryDirectory directory;
    const std::string path = directory.file("socket");
};

TEST_F(UnixListenerTest, MakesItsFileAndRemovesIt) {
    {
        const UnixListener listener(path, 0660);
        EXPECT_EQ(listener.path(), path);
        EXPECT_TRUE(connects(path));
    }
    EXPECT_FALSE(exists(path));
}

TEST_F(UnixListenerTest, HasTheModeWhateverTheUmaskIs) {
    for (const mode_t mask : {0000, 0022, 0077, 0777}) {
        for (const unsigned mode : {0600U, 0660U, 0666U}) {
            const mode_t before = ::umask(mask);
            {
                const UnixListener listener(path, mode);
                EXPECT_EQ(mode_of(path), mode);
            }
            EXPECT_EQ(::umask(before), mask) << "the process's umask was changed";
        }
    }
}

TEST_F(UnixListenerTest, KeepsItsFileWhenTheDescriptorIsTaken) {
    UnixListener listener(path, 0660);
    const UniqueFd fd = listener.take_fd();
    ASSERT_TRUE(fd);
    EXPECT_FALSE(listener.take_fd());
    EXPECT_NE(::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_NE(::fcntl(fd.get(), F_GETFL) & O_NONBLOCK, 0);
    EXPECT_TRUE(connects(path));
}

TEST_F(UnixListenerTest, TakesTheFileAlongWhenMoved) {
    UnixListener target;
    {
        UnixListener source(path, 0660);
        target = std::move(source);
    }
    EXPECT_TRUE(connects(path));
    target = UnixListener();
    EXPECT_FALSE(exists(path));
}

TEST_F(UnixListenerTest, RemovesAStaleFile) {
    {
        // As a server leaves it that was killed.
        UnixListener killed(path, 0660);
        const UniqueFd fd = killed.take_fd();
        std::filesystem::create_hard_link(path, directory.file("kept"));
    }
    std::filesystem::rename(directory.file("kept"), path);
    ASSERT_FALSE(connects(path));
    const UnixListener listener(path, 0660);
    EXPECT_TRUE(connects(path));
}

TEST_F(UnixListenerTest, RefusesALiveServersFile) {
    const UnixListener first(path, 0660);
    EXPECT_THROW(UnixListener(path, 0660), SocketInUse);
    const auto refused = failure(path);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->setting, "socket");
    EXPECT_NE(refused->what.find(path), std::string::npos);
    EXPECT_TRUE(connects(path)) << "the live server lost its file";
}

TEST_F(UnixListenerTest, RefusesALiveServerWhoseQueueIsFull) {
    UnixListener first(path, 0660);
    const UniqueFd fd = first.take_fd();
    ASSERT_EQ(::listen(fd.get(), 0), 0);
    ASSERT_TRUE(connects(path));
    const UniqueFd waiting(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    EXPECT_THROW(UnixListener(path, 0660), SocketInUse);
}

TEST_F(UnixListenerTest, LeavesOtherFilesAlone) {
    std::ofstream(path) << "mine";
    auto refused = failure(path);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->setting, "socket");
    std::string text;
    std::ifstream(path) >> text;
    EXPECT_EQ(text, "mine");

    const std::string link = directory.file("link");
    std::filesystem::create_symlink(path, link);
    EXPECT_TRUE(failure(link));
    EXPECT_TRUE(std::filesystem::is_symlink(link));

    EXPECT_TRUE(failure(directory.file("")));
}

TEST_F(UnixListenerTest, LeavesAFileThatTookItsPlace) {
    {
        const UnixListener listener(path, 0660);
        std::filesystem::remove(path);
        std::ofstream(path) << "another's";
    }
    EXPECT_TRUE(exists(path));
}

TEST_F(UnixListenerTest, TakesAPathOf107Bytes) {
    const std::string longest =
        path + std::string(sizeof(sockaddr_un::sun_path) - 1 - path.size(), 'x');
    ASSERT_EQ(longest.size(), 107U);
    EXPECT_FALSE(failure(longest));
    const auto refused = failure(longest + "x");
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->setting, "socket");
    EXPECT_NE(refused->what.find("108"), std::string::npos) << refused->what;
    EXPECT_FALSE(exists(longest + "x"));
}

TEST_F(UnixListenerTest, NamesADirectoryThatIsNot) {
    const auto refused = failure(directory.file("nowhere/socket"));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->setting, "socket");
    EXPECT_NE(refused->what.find("nowhere"), std::string::npos);
}

}  // namespace
}  // namespace reverb
