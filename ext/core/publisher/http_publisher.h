// Publishes over TCP or TLS: POST /apps/{id}/events, signed, over one connection kept alive. One
// thread at a time.
#pragma once

#include <string>

#include "publisher/stream_publisher.h"

namespace reverb {

class HttpPublisher final : public StreamPublisher {
  public:
    explicit HttpPublisher(PublisherTarget target);

  private:
    [[nodiscard]] std::string peer() const override;
    [[nodiscard]] StreamSocket open_socket(Deadline deadline) override;
    void encode(const PublishRequest& request, std::string& out) override;
    void encode_status(std::string& out) override;
    [[nodiscard]] Answer read_answer(Deadline deadline) override;

    PublisherTarget target_;
    std::string prefix_;    // of every route: "" or "/prefix"
    std::string host_;      // of the Host header
    std::string received_;  // its size is the room there is
};

}  // namespace reverb
