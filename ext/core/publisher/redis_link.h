// A publisher's connection to one server of Redis, or to a Sentinel: opened, let in, then asked.
// Blocking, with deadlines. One thread at a time.
#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "cluster/redis_message.h"
#include "cluster/resp.h"
#include "publisher/deadline.h"
#include "publisher/stream_socket.h"
#include "server_config.h"

namespace reverb {

class RedisLink {
  public:
    // No reply came, and none will: why, about the peer ("it closed the connection").
    class Lost : public std::runtime_error {
      public:
        using std::runtime_error::runtime_error;
    };

    // Throws ConnectError, whose words name the server and the setting: where it cannot be reached,
    // its certificate is wrong, it does not let us in, or is no master where it has to be.
    RedisLink(const RedisConfig& config, RedisParty party, Deadline deadline);

    // Whether it is open and nothing came that was not read.
    [[nodiscard]] bool usable() noexcept { return socket_.is_open() && socket_.quiet(); }
    [[nodiscard]] const RedisParty& party() const noexcept { return party_; }

    [[nodiscard]] StreamSocket::Transfer send(std::string_view bytes, Deadline deadline) {
        return socket_.send(bytes, deadline);
    }
    // Of one that had to be a master when it was opened: whether it said so within the time that an
    // answer holds, or says so now. Always where it does not tell us its role.
    [[nodiscard]] bool still_master(std::chrono::milliseconds holds, Deadline deadline);
    // The next reply, until the next call. Throws Lost.
    [[nodiscard]] const RedisReply& receive(Deadline deadline);
    // One command and its reply. Throws Lost.
    [[nodiscard]] const RedisReply& ask(std::initializer_list<std::string_view> words,
                                        Deadline deadline);

    void set_patience(std::chrono::milliseconds patience) { socket_.set_patience(patience); }
    // Closes the descriptor and nothing else: safe in a forked child.
    void close() noexcept { socket_.close(); }

  private:
    void open(const RedisConfig& config, Deadline deadline);
    void introduce(const RedisConfig& config, Deadline deadline);
    // Throws ConnectError.
    void check_role(const RedisReply& reply);
    [[nodiscard]] std::string lost_words(const StreamSocket::Transfer& ended) const;

    RedisParty party_;
    StreamSocket socket_;
    std::chrono::steady_clock::time_point role_told_at_;
    bool tells_role_ = true;
    std::unique_ptr<RespReader> reader_ = std::make_unique<RespReader>();
};

}  // namespace reverb
