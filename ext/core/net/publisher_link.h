// One publisher's connection over the unix socket: reads frames of the wire protocol, publishes,
// answers each in order. Owned by its IoLoop, used on that thread alone.
#pragma once

#include <uv.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/unique_fd.h"
#include "net/application_waits.h"
#include "net/facts_waits.h"
#include "net/uv_handle.h"
#include "wire/wire.h"

namespace reverb {

class IoLoop;

class PublisherLink final : public ApplicationWaiter, public FactsWaiter {
  public:
    PublisherLink(IoLoop& loop, uv_loop_t& uv, UniqueFd fd);
    PublisherLink(const PublisherLink&) = delete;
    PublisherLink& operator=(const PublisherLink&) = delete;
    ~PublisherLink() override;
    void application_answered() override;
    void facts_arrived(FactsPtr facts) override;

    // False when the socket could not be taken over: the link is of no use then.
    [[nodiscard]] bool usable() const noexcept { return pipe_ != nullptr; }
    // Whether an event has come that is not answered yet.
    [[nodiscard]] bool waiting() const noexcept { return waiting_; }

  private:
    // awaited: the application is being looked up, or the other nodes are being asked, and nothing
    // else is read meanwhile, since answers come in the order of the events.
    enum class Outcome : std::uint8_t { answered, awaited, ended };

    // Returns libuv's status.
    int start_reading();
    void answer_all();
    Outcome answer(const wire::Frame& frame);
    void stop_reading();
    void write();

    IoLoop& loop_;
    UvHandle<uv_pipe_t> pipe_;
    std::string inbox_;  // what was read; valid up to filled_
    std::size_t filled_ = 0;
    std::string answers_;   // of this read, written together
    FactsPtr facts_;        // what the other nodes say of the event that is next
    bool waiting_ = false;  // that event, for them or its application
};

}  // namespace reverb
