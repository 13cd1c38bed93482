#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "publisher/peer.h"
#include "publisher/publisher.h"
#include "wire/wire.h"

namespace reverb {
namespace {

using reverb::testing::Peer;
using reverb::testing::PeerConnection;
using reverb::testing::TemporaryDirectory;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

const PublishRequest event{"1001", {"room", "private-x"}, "App\\Events\\Sent", R"({"a":1})",
                           "1.2",  "user_count"};

std::unique_ptr<PublisherConnection> publisher_to(const std::string& path,
                                                  milliseconds timeout = milliseconds(5'000)) {
    PublisherTarget target;
    target.socket = path;
    target.timeout = timeout;
    target.connect_timeout = milliseconds(1'000);
    return PublisherConnection::open(target);
}

// Answers every question with 200 and "{}" and counts them.
class Counter {
  public:
    void operator()(PeerConnection& connection) {
        while (const auto question = connection.read_question()) {
            ++questions;
            connection.answer(question->correlation, {200, "{}"});
        }
    }
    std::atomic<int> questions = 0;
};

template <typename Error>
Error thrown_by(PublisherConnection& publisher, const PublishRequest& request = event) {
    try {
        static_cast<void>(publisher.publish(request));
    } catch (const Error& error) {
        return error;
    }
    throw std::logic_error("no such exception");
}

milliseconds since(steady_clock::time_point start) {
    return std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
}

// What the child of a fork made of `body`: 0 for true.
template <typename Body>
int in_child(Body body) {
    const pid_t child = fork();
    if (child == 0) {
        int status = 2;
        try {
            status = body() ? 0 : 1;
        } catch (...) {
            status = 3;
        }
        _exit(status);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(UnixPublisher, SendsAnEventAndGivesTheAnswer) {
    PublishRequest seen;
    const Peer peer = Peer::unix_socket([&seen](PeerConnection& connection, int) {
        const auto question = connection.read_question();
        seen = question->request;
        connection.answer(question->correlation, {200, R"({"channels":{}})"});
        connection.wait_until_closed();
    });
    const auto publisher = publisher_to(peer.path());
    EXPECT_FALSE(publisher->connected());
    const Answer answer = publisher->publish(event);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"channels":{}})");
    EXPECT_EQ(seen.app_id, event.app_id);
    EXPECT_EQ(seen.channels, event.channels);
    EXPECT_EQ(seen.event, event.event);
    EXPECT_EQ(seen.data, event.data);
    EXPECT_EQ(seen.except, event.except);
    EXPECT_EQ(seen.info, event.info);
    EXPECT_TRUE(publisher->connected());
    EXPECT_FALSE(publisher->busy());
}

TEST(UnixPublisher, KeepsItsConnectionWhateverTheStatus) {
    const Peer peer = Peer::unix_socket([](PeerConnection& connection, int) {
        for (int status = 400; const auto question = connection.read_question(); ++status) {
            connection.answer(question->correlation, {status, "words"});
        }
    });
    const auto publisher = publisher_to(peer.path());
    for (int status = 400; status < 450; ++status) {
        EXPECT_EQ(publisher->publish(event).status, status);
    }
    EXPECT_EQ(peer.accepted(), 1);
}

TEST(UnixPublisher, ConnectsOnceBeforeTheFirstEvent) {
    Counter counter;
    const Peer peer =
        Peer::unix_socket([&counter](PeerConnection& connection, int) { counter(connection); });
    const auto publisher = publisher_to(peer.path());
    publisher->connect();
    publisher->connect();
    EXPECT_TRUE(publisher->connected());
    EXPECT_EQ(publisher->publish(event).status, 200);
    EXPECT_EQ(peer.accepted(), 1);
    publisher->close();
    EXPECT_FALSE(publisher->connected());
    EXPECT_EQ(publisher->publish(event).status, 200);
    EXPECT_EQ(peer.accepted(), 2);
    EXPECT_EQ(counter.questions, 2);
}

TEST(UnixPublisher, IsBusyUntilTheAnswerIsRead) {
    std::atomic<PublisherConnection*> watched = nullptr;
    std::atomic<bool> was_busy = false;
    const Peer peer = Peer::unix_socket([&](PeerConnection& connection, int) {
        const auto question = connection.read_question();
        was_busy = watched.load()->busy();
        connection.answer(question->correlation, {200, "{}"});
        connection.wait_until_closed();
    });
    const auto publisher = publisher_to(peer.path());
    watched = publisher.get();
    EXPECT_FALSE(publisher->busy());
    EXPECT_EQ(publisher->publish(event).status, 200);
    EXPECT_TRUE(was_busy);
    EXPECT_FALSE(publisher->busy());
}

TEST(UnixPublisher, ReadsAnAnswerInPieces) {
    const Peer peer = Peer::unix_socket([](PeerConnection& connection, int) {
        const auto question = connection.read_question();
        std::string bytes;
        wire::append_answer(bytes, question->correlation, {200, "{}"});
        for (const char byte : bytes) {
            connection.write({&byte, 1});
            std::this_thread::sleep_for(milliseconds(1));
        }
        connection.wait_until_closed();
    });
    EXPECT_EQ(publisher_to(peer.path())->publish(event).body, "{}");
}

TEST(UnixPublisher, TakesLongEventsAndAnswers) {
    const std::string body(300'000, 'b');
    std::atomic<std::size_t> received = 0;
    const Peer peer = Peer::unix_socket([&](PeerConnection& connection, int) {
        while (const auto question = connection.read_question()) {
            received = question->request.data.size();
            connection.answer(question->correlation, {200, body});
        }
    });
    const auto publisher = publisher_to(peer.path());
    PublishRequest request = event;
    request.data.assign(8'000'000, 'a');
    EXPECT_EQ(publisher->publish(request).body, body);
    EXPECT_EQ(received, request.data.size());
    EXPECT_EQ(publisher->publish(event).body, body);
    EXPECT_EQ(peer.accepted(), 1);
}

TEST(UnixPublisher, RefusesWhatIsTooLongAndGoesOn) {
    Counter counter;
    const Peer peer =
        Peer::unix_socket([&counter](PeerConnection& connection, int) { counter(connection); });
    const auto publisher = publisher_to(peer.path());
    PublishRequest request = event;
    request.event.assign(65'536, 'x');
    EXPECT_THROW(static_cast<void>(publisher->publish(request)), std::length_error);
    EXPECT_FALSE(publisher->busy());
    EXPECT_EQ(publisher->publish(event).status, 200);
    EXPECT_EQ(counter.questions, 1);
}

TEST(UnixPublisher, DoesNotTakeAnAnswerToAnotherQuestion) {
    const Peer peer = Peer::unix_socket([](PeerConnection& connection, int number) {
        const auto question = connection.read_question();
        connection.answer(question->correlation + (number == 0 ? 1 : 0), {200, "{}"});
        connection.wait_until_closed();
    });
    const auto publisher = publisher_to(peer.path());
    const auto error = thrown_by<OutcomeUnknown>(*publisher);
    EXPECT_TRUE(contains(error.what(), "may or may not have been delivered")) << error.what();
    EXPECT_TRUE(contains(error.what(), peer.path())) << error.what();
    EXPECT_FALSE(publisher->connected());
    EXPECT_FALSE(publisher->busy());
    EXPECT_EQ(publisher->publish(event).status, 200);
    EXPECT_EQ(peer.accepted(), 2);
}

TEST(UnixPublisher, DoesNotTakeAnAnswerItCannotRead) {
    std::string short_answer("\x0a\0\0\0\x01\x40\x01\0\0\0\xc8\0\0\0", 14);
    std::string other_version("\x0e\0\0\0\x02\x40\x01\0\0\0\xc8\0\x02\0\0\0{}", 18);
    std::string other_type;
    wire::append_publish(other_type, 1, event);
    for (const std::string& bytes :
         {short_answer, other_version, other_type, std::string("\x01\0\0\0x", 5),
          std::string("HTTP/1.1 400 Bad Request\r\n\r\n")}) {
        const Peer peer = Peer::unix_socket([&bytes](PeerConnection& connection, int) {
            connection.read_question();
            connection.write(bytes);
            connection.wait_until_closed();
        });
        const auto publisher = publisher_to(peer.path());
        EXPECT_THROW(static_cast<void>(publisher->publish(event)), OutcomeUnknown);
        EXPECT_FALSE(publisher->connected());
        EXPECT_EQ(peer.accepted(), 1);
    }
}

TEST(UnixPublisher, TakesTheRefusalOfAFrameThatCouldNotBeRead) {
    std::string other_version("\x0e\0\0\0\x02\x40\x01\0\0\0\xf9\x01\x02\0\0\0no", 18);
    std::string without_id;
    wire::append_answer(without_id, 0, {400, "no frame"});
    for (const auto& [bytes, status] :
         {std::pair{other_version, 505}, std::pair{without_id, 400}}) {
        const Peer peer = Peer::unix_socket([&bytes = bytes](PeerConnection& connection, int) {
            connection.read_question();
            connection.write(bytes);
        });
        const auto publisher = publisher_to(peer.path());
        EXPECT_EQ(publisher->publish(event).status, status);
        EXPECT_EQ(peer.accepted(), 1);
    }
    // But only a refusal may be without the question's id.
    const Peer peer = Peer::unix_socket([](PeerConnection& connection, int) {
        connection.read_question();
        connection.answer(0, {200, "{}"});
        connection.wait_until_closed();
    });
    EXPECT_THROW(static_cast<void>(publisher_to(peer.path())->publish(event)), OutcomeUnknown);
}

TEST(UnixPublisher, ReconnectsWhereThePeerClosedWhileIdle) {
    std::atomic<int> questions = 0;
    std::atomic<bool> closed = false;
    const Peer peer = Peer::unix_socket([&](PeerConnection& connection, int number) {
        while (const auto question = connection.read_question()) {
            ++questions;
            connection.answer(question->correlation, {200, "{}"});
            if (number == 0) {
                connection.finish_writing();
                closed = true;
                connection.wait_until_closed();
            }
        }
    });
    const auto publisher = publisher_to(peer.path());
    EXPECT_EQ(publisher->publish(event).status, 200);
    while (!closed) {
        std::this_thread::yield();
    }
    EXPECT_EQ(publisher->publish(event).status, 200);
    EXPECT_EQ(publisher->publish(event).status, 200);
    EXPECT_EQ(peer.accepted(), 2);
    EXPECT_EQ(questions, 3);
}

TEST(UnixPublisher, ReconnectsWhereBytesCameThatNobodyAskedFor) {
    std::atomic<bool> written = false;
    const Peer peer = Peer::unix_socket([&](PeerConnection& connection, int number) {
        while (const auto question = connection.read_question()) {
            connection.answer(question->correlation, {200, number == 0 ? "first" : "second"});
            if (number == 0) {
                connection.answer(question->correlation + 1, {200, "stale"});
                written = true;
            }
        }
    });
    const auto publisher = publisher_to(peer.path());
    EXPECT_EQ(publisher->publish(event).body, "first");
    while (!written) {
        std::this_thread::yield();
    }
    EXPECT_EQ(publisher->publish(event).body, "second");
}

TEST(UnixPublisher, ReconnectsOnceWhereNoByteWasTaken) {
    Counter counter;
    std::atomic<int> deaf = 1;  // connections that take nothing
    const Peer peer = Peer::unix_socket([&](PeerConnection& connection, int number) {
        if (number < deaf) {
            connection.stop_reading();
            while (deaf > 0) {
                std::this_thread::yield();
            }
            return;
        }
        counter(connection);
    });
    const auto publisher = publisher_to(peer.path());
    const auto connect_to_deaf = [&](int number) {
        publisher->connect();
        while (peer.accepted() <= number) {
            std::this_thread::yield();
        }
        std::this_thread::sleep_for(milliseconds(20));
    };
    connect_to_deaf(0);
    EXPECT_EQ(publisher->publish(event).status, 200);
    EXPECT_EQ(peer.accepted(), 2);
    EXPECT_EQ(counter.questions, 1);
    deaf = 0;
}

TEST(UnixPublisher, DoesNotKnowTheOutcomeWhereThePeerClosesAfterReading) {
    std::atomic<int> questions = 0;
    const Peer peer = Peer::unix_socket([&questions](PeerConnection& connection, int) {
        questions += connection.read_question() ? 1 : 0;
    });
    const auto publisher = publisher_to(peer.path());
    EXPECT_THROW(static_cast<void>(publisher->publish(event)), OutcomeUnknown);
    EXPECT_FALSE(publisher->connected());
    EXPECT_FALSE(publisher->busy());
    std::this_thread::sleep_for(milliseconds(50));
    EXPECT_EQ(questions, 1);
    EXPECT_EQ(peer.accepted(), 1);
}

TEST(UnixPublisher, DoesNotKnowTheOutcomeWhereThePeerClosesWithoutReading) {
    const Peer peer = Peer::unix_socket([](PeerConnection& connection, int) {
        connection.read_some();
        connection.write("\x0e");
    });
    const auto publisher = publisher_to(peer.path());
    EXPECT_THROW(static_cast<void>(publisher->publish(event)), OutcomeUnknown);
    EXPECT_EQ(peer.accepted(), 1);
}

TEST(UnixPublisher, SendsOnceMoreWhereTheServerDrains) {
    std::atomic<int> questions = 0;
    const Peer peer = Peer::unix_socket([&questions](PeerConnection& connection, int number) {
        while (const auto question = connection.read_question()) {
            ++questions;
            connection.answer(question->correlation, {number == 0 ? wire::going_down : 200, "{}"});
        }
    });
    const auto publisher = publisher_to(peer.path());
    EXPECT_EQ(publisher->publish(event).status, 200);
    EXPECT_EQ(questions, 2);
    EXPECT_EQ(peer.accepted(), 2);
    EXPECT_EQ(publisher->publish(event).status, 200);
    EXPECT_EQ(questions, 3);
    EXPECT_EQ(peer.accepted(), 2);
}

TEST(UnixPublisher, SendsNoThirdTimeWhereTheServerStillDrains) {
    std::atomic<int> questions = 0;
    const Peer peer = Peer::unix_socket([&questions](PeerConnection& connection, int) {
        while (const auto question = connection.read_question()) {
            ++questions;
            connection.answer(question->correlation, {wire::going_down, "draining"});
        }
    });
    const auto publisher = publisher_to(peer.path());
    const Answer answer = publisher->publish(event);
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.body, "draining");
    EXPECT_EQ(questions, 2);
    EXPECT_FALSE(publisher->connected());
}

TEST(UnixPublisher, SendsNothingAgainToAServerThatIsOverloaded) {
    std::atomic<int> questions = 0;
    const Peer peer = Peer::unix_socket([&questions](PeerConnection& connection, int) {
        while (const auto question = connection.read_question()) {
            ++questions;
            connection.answer(question->correlation, {503, "overloaded"});
        }
    });
    const auto publisher = publisher_to(peer.path());
    for (int i = 1; i < 3; ++i) {
        const Answer answer = publisher->publish(event);
        EXPECT_EQ(answer.status, 503);
        EXPECT_EQ(answer.body, "overloaded");
        EXPECT_EQ(questions, i);
    }
    EXPECT_EQ(peer.accepted(), 1);
}

TEST(UnixPublisher, SaysThatNothingWasTakenWhereTheServerDrainedAndIsGone) {
    Peer* listening = nullptr;
    std::atomic<bool> ready = false;
    Peer peer = Peer::unix_socket([&](PeerConnection& connection, int) {
        const auto question = connection.read_question();
        while (!ready) {
            std::this_thread::yield();
        }
        listening->stop_listening();
        connection.answer(question->correlation, {wire::going_down, "draining"});
        connection.wait_until_closed();
    });
    listening = &peer;
    ready = true;
    EXPECT_EQ(thrown_by<ConnectError>(*publisher_to(peer.path())).code(), ECONNREFUSED);
}

TEST(UnixPublisher, WaitsNoLongerThanItsTimeout) {
    const Peer peer =
        Peer::unix_socket([](PeerConnection& connection, int) { connection.wait_until_closed(); });
    const auto publisher = publisher_to(peer.path(), milliseconds(100));
    const auto start = steady_clock::now();
    const auto error = thrown_by<OutcomeUnknown>(*publisher);
    EXPECT_GE(since(start), milliseconds(99));
    EXPECT_LT(since(start), milliseconds(600));
    EXPECT_TRUE(contains(error.what(), "100 ms (timeout)")) << error.what();
    EXPECT_FALSE(publisher->connected());
    EXPECT_FALSE(publisher->busy());
}

TEST(UnixPublisher, WaitsNoLongerWhenBytesTrickleIn) {
    const Peer peer = Peer::unix_socket([](PeerConnection& connection, int) {
        const auto question = connection.read_question();
        std::string bytes;
        wire::append_answer(bytes, question->correlation, {200, std::string(1'000, 'x')});
        for (std::size_t i = 0; i < bytes.size() && connection.write({&bytes[i], 1}); ++i) {
            std::this_thread::sleep_for(milliseconds(5));
        }
    });
    const auto start = steady_clock::now();
    EXPECT_THROW(static_cast<void>(publisher_to(peer.path(), milliseconds(150))->publish(event)),
                 OutcomeUnknown);
    EXPECT_GE(since(start), milliseconds(149));
    EXPECT_LT(since(start), milliseconds(800));
}

TEST(UnixPublisher, WaitsNoLongerForAPeerThatDoesNotRead) {
    std::atomic<bool> over = false;
    const Peer peer = Peer::unix_socket([&over](PeerConnection&, int) {
        while (!over) {
            std::this_thread::sleep_for(milliseconds(1));
        }
    });
    PublishRequest request = event;
    request.data.assign(8'000'000, 'a');
    const auto start = steady_clock::now();
    EXPECT_THROW(static_cast<void>(publisher_to(peer.path(), milliseconds(100))->publish(request)),
                 OutcomeUnknown);
    EXPECT_GE(since(start), milliseconds(99));
    EXPECT_LT(since(start), milliseconds(600));
    over = true;
}

TEST(UnixPublisher, TakesAnAnswerThatComesBeforeTheWholeQuestionWasSent) {
    const Peer peer = Peer::unix_socket([](PeerConnection& connection, int number) {
        if (number == 0) {
            connection.read_some();
            connection.answer(0, {400, "too long"});
            connection.stop_reading();
            return;
        }
        const auto question = connection.read_question();
        connection.answer(question->correlation, {200, "{}"});
        connection.wait_until_closed();
    });
    const auto publisher = publisher_to(peer.path());
    PublishRequest request = event;
    request.data.assign(8'000'000, 'a');
    const Answer answer = publisher->publish(request);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, "too long");
    EXPECT_FALSE(publisher->connected());
    EXPECT_EQ(publisher->publish(event).status, 200);
}

// Interrupts the process every 2 ms, with a handler that does not restart system calls.
class Interruptions {
  public:
    Interruptions() {
        struct sigaction action {};
        action.sa_handler = [](int) {};
        sigaction(SIGALRM, &action, &before_);
        const itimerval often{.it_interval = {0, 2'000}, .it_value = {0, 2'000}};
        setitimer(ITIMER_REAL, &often, nullptr);
    }
    ~Interruptions() {
        const itimerval never{};
        setitimer(ITIMER_REAL, &never, nullptr);
        sigaction(SIGALRM, &before_, nullptr);
    }
    Interruptions(const Interruptions&) = delete;
    Interruptions& operator=(const Interruptions&) = delete;

  private:
    struct sigaction before_ {};
};

// For the server's threads, so that the publisher's gets the signals.
void block_alarms() {
    sigset_t alarms;
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarms, nullptr);
}

TEST(UnixPublisher, IsNotInterruptedBySignals) {
    const Peer peer = Peer::unix_socket([](PeerConnection& connection, int number) {
        block_alarms();
        const auto question = connection.read_question();
        if (number == 0) {
            std::this_thread::sleep_for(milliseconds(60));
            connection.answer(question->correlation, {200, "{}"});
        }
        connection.wait_until_closed();
    });
    const auto publisher = publisher_to(peer.path(), milliseconds(1'000));
    publisher->connect();
    while (peer.accepted() == 0) {
        std::this_thread::yield();
    }
    std::this_thread::sleep_for(milliseconds(20));
    EXPECT_EQ(
        [&] {
            const Interruptions interruptions;
            return publisher->publish(event).status;
        }(),
        200);

    // And signals do not keep it from giving up.
    const auto patient = publisher_to(peer.path(), milliseconds(100));
    patient->connect();
    while (peer.accepted() == 1) {
        std::this_thread::yield();
    }
    std::this_thread::sleep_for(milliseconds(20));
    const auto start = steady_clock::now();
    {
        const Interruptions interruptions;
        EXPECT_THROW(static_cast<void>(patient->publish(event)), OutcomeUnknown);
    }
    EXPECT_GE(since(start), milliseconds(99));
    EXPECT_LT(since(start), milliseconds(600));
}

TEST(UnixPublisher, NamesWhyItCannotConnect) {
    const TemporaryDirectory directory;
    const std::string missing = directory.file("missing");
    const auto no_file = thrown_by<ConnectError>(*publisher_to(missing));
    EXPECT_EQ(no_file.code(), ENOENT);
    EXPECT_TRUE(contains(no_file.what(), missing)) << no_file.what();

    const std::string stale = directory.file("stale");
    const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    stale.copy(static_cast<char*>(address.sun_path), stale.size());
    ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    ::close(listener);
    EXPECT_EQ(thrown_by<ConnectError>(*publisher_to(stale)).code(), ECONNREFUSED);

    EXPECT_EQ(thrown_by<ConnectError>(*publisher_to("/" + std::string(107, 'x'))).code(),
              ENAMETOOLONG);
    const auto publisher = publisher_to(missing);
    EXPECT_THROW(publisher->connect(), ConnectError);
    EXPECT_FALSE(publisher->connected());
}

TEST(UnixPublisher, WaitsNoLongerThanItsConnectTimeout) {
    const TemporaryDirectory directory;
    const std::string path = directory.file("full");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(static_cast<char*>(address.sun_path), path.size());
    const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    ASSERT_EQ(::listen(listener, 0), 0);
    std::vector<int> waiting;
    for (;;) {
        const int one = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        waiting.push_back(one);
        if (::connect(one, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
            ASSERT_EQ(errno, EAGAIN);
            break;
        }
    }
    PublisherTarget target;
    target.socket = path;
    target.connect_timeout = milliseconds(100);
    const auto start = steady_clock::now();
    EXPECT_EQ(thrown_by<ConnectError>(*PublisherConnection::open(target)).code(), ETIMEDOUT);
    EXPECT_GE(since(start), milliseconds(99));
    EXPECT_LT(since(start), milliseconds(600));
    for (const int one : waiting) {
        ::close(one);
    }
    ::close(listener);
}

TEST(UnixPublisher, SaysThatPermissionWasRefused) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "needs root, to become a user without permission";
    }
    Counter counter;
    const Peer peer =
        Peer::unix_socket([&counter](PeerConnection& connection, int) { counter(connection); });
    ASSERT_EQ(::chmod(std::filesystem::path(peer.path()).parent_path().c_str(), 0755), 0);
    ASSERT_EQ(::chmod(peer.path().c_str(), 0660), 0);
    EXPECT_EQ(
        in_child([&peer] {
            constexpr id_t nobody = 65'534;
            if (::setgroups(0, nullptr) != 0 || ::setegid(nobody) != 0 || ::seteuid(nobody) != 0) {
                return false;
            }
            return thrown_by<ConnectError>(*publisher_to(peer.path())).code() == EACCES;
        }),
        0);
    EXPECT_EQ(counter.questions, 0);
}

TEST(UnixPublisher, AForkedChildConnectsForItself) {
    Counter counter;
    const Peer peer =
        Peer::unix_socket([&counter](PeerConnection& connection, int) { counter(connection); });
    const auto publisher = publisher_to(peer.path());
    ASSERT_EQ(publisher->publish(event).status, 200);
    EXPECT_EQ(in_child([&publisher] {
                  return !publisher->connected() && !publisher->busy() &&
                         publisher->publish(event).status == 200 && publisher->connected();
              }),
              0);
    EXPECT_EQ(peer.accepted(), 2);
    // Closing in a child closes nothing here.
    EXPECT_EQ(in_child([&publisher] {
                  publisher->close();
                  return !publisher->connected();
              }),
              0);
    EXPECT_TRUE(publisher->connected());
    EXPECT_EQ(publisher->publish(event).status, 200);
    EXPECT_EQ(peer.accepted(), 2);
    EXPECT_EQ(counter.questions, 3);
}

TEST(UnixPublisher, ItsDescriptorIsClosedOnExec) {
    Counter counter;
    const Peer peer =
        Peer::unix_socket([&counter](PeerConnection& connection, int) { counter(connection); });
    const auto publisher = publisher_to(peer.path());
    publisher->connect();
    int connected_to_peer = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        const int descriptor = std::stoi(entry.path().filename());
        sockaddr_un address{};
        socklen_t size = sizeof(address);
        if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0 &&
            peer.path() == static_cast<const char*>(address.sun_path)) {
            ++connected_to_peer;
            EXPECT_NE(::fcntl(descriptor, F_GETFD) & FD_CLOEXEC, 0);
        }
    }
    EXPECT_EQ(connected_to_peer, 1);
}

}  // namespace
}  // namespace reverb
