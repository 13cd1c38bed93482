// Publishes over the unix socket, in the binary protocol of wire/wire.h. One thread at a time.
#pragma once

#include <cstdint>
#include <string>

#include "publisher/stream_publisher.h"

namespace reverb {

class UnixPublisher final : public StreamPublisher {
  public:
    explicit UnixPublisher(const PublisherTarget& target);

  private:
    [[nodiscard]] std::string peer() const override;
    [[nodiscard]] StreamSocket open_socket(Deadline deadline) override;
    void encode(const PublishRequest& request, std::string& out) override;
    void encode_status(std::string& out) override;
    [[nodiscard]] Answer read_answer(Deadline deadline) override;
    [[nodiscard]] bool drains(const Answer& answer) const override;

    [[nodiscard]] std::uint32_t next_correlation() noexcept;

    std::string path_;
    std::uint32_t correlation_ = 0;  // of the question asked last
    std::string received_;           // its size is the room there is
};

}  // namespace reverb
