// A blocking TCP connection to a server on this host, with a deadline on everything. Owned by a
// test; one thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "support/eventually.h"

namespace reverb::testing {

class TcpClient {
  public:
    // To 127.0.0.1. A receive buffer of some bytes makes a client that stops reading show soon;
    // 0 takes the system's. Throws std::system_error where nobody listens.
    explicit TcpClient(std::uint16_t port, int receive_buffer = 0);

    // Throws std::system_error when the other side is gone.
    void send(std::string_view bytes);
    // The same, and false when the other side is gone.
    [[nodiscard]] bool try_send(std::string_view bytes);

    // Exactly that many bytes, or up to and with `end`. Throws std::runtime_error when the
    // connection ends before, or they do not come in time.
    [[nodiscard]] std::string read(std::size_t size);
    [[nodiscard]] std::string read_until(std::string_view end);
    // Whether there is at least one byte to read, now or within that time.
    [[nodiscard]] bool readable(std::chrono::milliseconds within);
    // Reads on until the other side ends the connection: whether it did within that time.
    [[nodiscard]] bool closed(std::chrono::milliseconds within = patience);
    // Whether the other side still keeps the connection and says nothing.
    [[nodiscard]] bool quiet(std::chrono::milliseconds for_long);

  private:
    enum class Got : std::uint8_t { bytes, end, nothing };
    Got read_some(std::chrono::milliseconds within);
    void need_more();

    UniqueFd fd_;
    std::string received_;
};

// Whether anybody accepts connections there.
[[nodiscard]] bool listening(std::uint16_t port);

}  // namespace reverb::testing
