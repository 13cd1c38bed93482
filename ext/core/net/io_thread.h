// One I/O thread: runs an IoLoop until it is told to stop. Owned by the Server; all methods may be
// called on any thread but those that start and join, which are the Server's.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/unique_fd.h"
#include "net/io_message.h"
#include "services.h"

namespace reverb {

class IoLoop;

class IoThread {
  public:
    // Throws ConfigError where libwebsockets cannot be set up.
    IoThread(Services& services, unsigned index);
    // Stops and joins.
    ~IoThread();
    IoThread(const IoThread&) = delete;
    IoThread& operator=(const IoThread&) = delete;

    void start();
    void stop();
    void send(IoMessage message);
    // Counts a socket that is on its way, see load().
    void expect() noexcept;
    void adopt(AdoptClient client);

    [[nodiscard]] BroadcastTarget& broadcasts() noexcept;
    [[nodiscard]] std::size_t load() const noexcept;  // sockets there and on their way
    [[nodiscard]] std::size_t connections() const noexcept;
    [[nodiscard]] std::size_t queued_bytes() const noexcept;
    [[nodiscard]] std::uint64_t bytes_received() const noexcept;
    [[nodiscard]] std::uint64_t bytes_sent() const noexcept;
    [[nodiscard]] std::size_t compressed() const noexcept;
    [[nodiscard]] std::uint64_t bytes_saved() const noexcept;
    [[nodiscard]] bool drained() const noexcept;

  private:
    std::unique_ptr<IoLoop> loop_;
    std::thread thread_;
};

}  // namespace reverb
