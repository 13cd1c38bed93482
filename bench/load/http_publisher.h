// Publishes by signed HTTP: a number of connections, each with one request at a time. They are kept
// where `keep_alive` is wanted and the server does so, else opened anew for each request.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "common/deadline.h"
#include "common/stream.h"
#include "load/publisher.h"
#include "load/target.h"

namespace reverb::bench {

class HttpPublisher final : public Publisher {
  public:
    // The requests are sent in turn.
    HttpPublisher(EventLoop& loop, Target target, std::vector<std::string> requests,
                  std::size_t connections, bool keep_alive);
    ~HttpPublisher() override;

    void send(std::size_t count) override;

  private:
    class Connection;

    [[nodiscard]] Fd connect();
    void send_waiting();
    void on_answer(Connection& connection, Clock::duration took);

    EventLoop& loop_;
    const Target target_;
    const std::vector<std::string> requests_;
    std::size_t next_ = 0;  // of them
    const bool keep_alive_;
    std::size_t opened_ = 0;
    std::size_t waiting_ = 0;  // publishes that no connection was free for
    std::vector<std::unique_ptr<Connection>> connections_;
    std::deque<Connection*> idle_;
};

}  // namespace reverb::bench
