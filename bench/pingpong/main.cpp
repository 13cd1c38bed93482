// The floor of publishing: one question and one answer of the same number of bytes as a publish
// and its answer, between two processes over a unix socket. `pong` answers, for this program and
// for ping.php; `ping` asks.
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "common/arguments.h"
#include "common/sockets.h"

namespace {

using namespace reverb::bench;
using Clock = std::chrono::steady_clock;

struct Sizes {
    std::size_t question = 0;
    std::size_t answer = 0;
};

// False once the peer has closed.
bool read_all(const Fd& fd, std::string& buffer) {
    std::size_t have = 0;
    while (have < buffer.size()) {
        const ssize_t got = ::recv(fd.get(), buffer.data() + have, buffer.size() - have, 0);
        if (got == 0) {
            return false;
        }
        if (got < 0) {
            throw std::system_error(errno, std::generic_category(), "recv");
        }
        have += static_cast<std::size_t>(got);
    }
    return true;
}

void write_all(const Fd& fd, const std::string& bytes) {
    if (::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(bytes.size())) {
        throw std::system_error(errno, std::generic_category(), "send");
    }
}

// Waits in poll() as an event loop does, for any number of peers, until it is killed.
[[noreturn]] void pong(const std::string& path, const Sizes& sizes) {
    const Fd listener = listen_unix(path);
    std::vector<Fd> peers;
    std::vector<pollfd> waiting{{listener.get(), POLLIN, 0}};
    std::string question(sizes.question, '\0');
    const std::string answer(sizes.answer, 'a');
    for (;;) {
        if (::poll(waiting.data(), waiting.size(), -1) < 0) {
            throw std::system_error(errno, std::generic_category(), "poll");
        }
        for (std::size_t i = peers.size(); i > 0; --i) {
            if (waiting[i].revents == 0) {
                continue;
            }
            if (read_all(peers[i - 1], question)) {
                write_all(peers[i - 1], answer);
            } else {
                peers.erase(peers.begin() + static_cast<std::ptrdiff_t>(i - 1));
                waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(i));
            }
        }
        if (waiting[0].revents != 0) {
            Fd peer(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (peer.open()) {
                waiting.push_back({peer.get(), POLLIN, 0});
                peers.push_back(std::move(peer));
            }
        }
    }
}

void ping(const std::string& path, const Sizes& sizes, std::size_t count,
          std::chrono::microseconds pace) {
    const Fd peer = connect_unix(path);
    make_blocking(peer);
    const std::string question(sizes.question, 'q');
    std::string answer(sizes.answer, '\0');
    std::vector<double> times;
    times.reserve(count);
    const timespec pause{static_cast<time_t>(pace.count() / 1'000'000),
                         static_cast<long>(pace.count() % 1'000'000) * 1'000};
    for (std::size_t i = 0; i < count; ++i) {
        if (pace.count() > 0) {
            ::nanosleep(&pause, nullptr);
        }
        const auto begin = Clock::now();
        write_all(peer, question);
        if (!read_all(peer, answer)) {
            throw std::runtime_error("pong has closed");
        }
        times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
    }
    std::sort(times.begin(), times.end());
    std::printf("{\"count\": %zu, \"p50_us\": %.1f, \"p99_us\": %.1f}\n", times.size(),
                times[times.size() / 2], times[times.size() * 99 / 100]);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        Arguments arguments(argc, argv);
        const bool answering = arguments.flag("pong");
        const std::string path = arguments.text("socket", "");
        const Sizes sizes{arguments.number("question", 143), arguments.number("answer", 18)};
        const std::size_t count = arguments.number("count", 5000);
        const std::chrono::microseconds pace(arguments.number("pace-us", 0));
        arguments.finish();
        if (sizes.question == 0 || sizes.answer == 0 || count == 0) {
            throw std::invalid_argument("--question, --answer and --count must be at least 1");
        }
        if (answering) {
            pong(path, sizes);
        }
        ping(path, sizes, count, pace);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_pingpong: %s\n", error.what());
        return 1;
    }
}
