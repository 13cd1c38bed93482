// Publishes over the server's unix socket: connections with any number of questions under way,
// those of one send() written at once. Checks that the answers come in order.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/stream.h"
#include "load/publisher.h"

namespace reverb::bench {

class SocketPublisher final : public Publisher {
  public:
    SocketPublisher(EventLoop& loop, const std::string& path, std::string frame,
                    std::size_t connections);
    ~SocketPublisher() override;

    void send(std::size_t count) override;

  private:
    class Connection;

    const std::string frame_;
    std::size_t next_ = 0;
    std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace reverb::bench
