// A server of the tests: accepts on a unix socket or a TCP port of loopback and runs a script on
// a thread of its own for each connection. Owned by the test; ends with it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "publish.h"
#include "wire/wire.h"

namespace reverb::testing {

// A directory that is removed with what is in it.
class TemporaryDirectory {
  public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    [[nodiscard]] std::string file(std::string_view name) const;

  private:
    std::string path_;
};

// One accepted connection. Closed when the script returns.
class PeerConnection {
  public:
    explicit PeerConnection(int descriptor) : descriptor_(descriptor) {}

    // The next frame; nothing when the publisher has closed.
    struct Question {
        std::uint32_t correlation = 0;
        PublishRequest request;
    };
    std::optional<Question> read_question();
    void answer(std::uint32_t correlation, const Answer& answer);

    // The next HTTP request, head and body; empty when the publisher has closed.
    std::string read_http();

    // False when the publisher has closed.
    bool write(std::string_view bytes);
    // Some bytes, whatever they are; false when the publisher has closed.
    bool read_some();
    // Returns when the publisher has closed (or the test is over).
    void wait_until_closed();
    // No byte is taken from now on: the publisher's next send fails.
    void stop_reading();
    void finish_writing();

  private:
    int descriptor_;
    std::string received_;
};

class Peer {
  public:
    // `number` counts the connections from 0.
    using Script = std::function<void(PeerConnection&, int number)>;

    // On a unix socket in a directory of its own.
    [[nodiscard]] static Peer unix_socket(Script script);
    // On 127.0.0.1 and any free port.
    [[nodiscard]] static Peer tcp(Script script);
    ~Peer();
    Peer(Peer&&) = delete;
    Peer& operator=(Peer&&) = delete;
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    [[nodiscard]] std::string path() const { return directory_->file("socket"); }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] int accepted() const { return accepted_; }
    // Connects are refused from now on.
    void stop_listening();

  private:
    Peer(int listener, std::unique_ptr<TemporaryDirectory> directory, Script script);
    void accept_all();

    int listener_;
    std::unique_ptr<TemporaryDirectory> directory_;  // of the unix socket
    std::uint16_t port_ = 0;
    Script script_;
    std::atomic<int> accepted_ = 0;
    std::mutex mutex_;
    std::vector<int> open_;  // descriptors of the scripts that run
    std::vector<std::thread> scripts_;
    std::thread acceptor_;
};

}  // namespace reverb::testing
