// What both ways of publishing have in common: one kept connection, when it is opened again, and
// the rule for sending again. The subclasses know the bytes. One thread at a time.
#pragma once

#include <cstdint>
#include <string>

#include "base/fork_generation.h"
#include "publisher/deadline.h"
#include "publisher/publisher.h"
#include "publisher/stream_socket.h"

namespace reverb {

class StreamPublisher : public PublisherConnection {
  public:
    void connect() final;
    [[nodiscard]] Answer publish(const PublishRequest& request) final;
    [[nodiscard]] Answer status() final;
    [[nodiscard]] bool connected() const noexcept final;
    [[nodiscard]] bool busy() const noexcept final { return busy_; }
    void close() noexcept final;

  protected:
    StreamPublisher(std::chrono::milliseconds connect_timeout, std::chrono::milliseconds timeout)
        : connect_timeout_(connect_timeout), timeout_(timeout) {}

    // "the unix socket /run/reverb.sock"
    [[nodiscard]] virtual std::string peer() const = 0;
    [[nodiscard]] virtual StreamSocket open_socket(Deadline deadline) = 0;
    // Appends the question to `out`.
    virtual void encode(const PublishRequest& request, std::string& out) = 0;
    virtual void encode_status(std::string& out) = 0;
    // Reads the answer with receive(). Closes the connection where it cannot be used any more.
    [[nodiscard]] virtual Answer read_answer(Deadline deadline) = 0;

    // Whether it says that the event was not taken because the server ends: another may be there.
    [[nodiscard]] virtual bool drains(const Answer& /*answer*/) const { return false; }

    // At least one byte into `buffer`; 0 when the peer has closed. Throws OutcomeUnknown at the
    // deadline.
    [[nodiscard]] std::size_t receive(char* buffer, std::size_t size, Deadline deadline);
    // "…, the answer of <peer>: <what>; the event may or may not have been delivered"
    [[nodiscard]] OutcomeUnknown unknown(const std::string& what) const;

  private:
    // Whatever there is, a connection of the process this one was forked from too, is closed.
    void reconnect();
    void begin_question();
    // Sends question_ and waits for its answer.
    [[nodiscard]] Answer ask();
    [[nodiscard]] Answer answer(Deadline deadline, bool whole);

    std::chrono::milliseconds connect_timeout_;
    std::chrono::milliseconds timeout_;
    StreamSocket socket_;
    ForkGeneration owner_;  // the process that connected
    bool busy_ = false;
    std::string question_;
};

}  // namespace reverb
