#include "load/http_publisher.h"

#include <stdexcept>

#include "load/http_answer.h"

namespace reverb::bench {

class HttpPublisher::Connection final : public Pollable {
  public:
    explicit Connection(HttpPublisher& publisher) : publisher_(publisher) {}

    void publish() {
        sent_ = Clock::now();
        busy_ = true;
        if (!stream_.open()) {
            stream_ =
                Stream(publisher_.loop_, publisher_.connect(), *this, publisher_.target_.tls.get());
        }
        stream_.send(publisher_.requests_[publisher_.next_]);
        publisher_.next_ = (publisher_.next_ + 1) % publisher_.requests_.size();
    }

    void on_ready(std::uint32_t events) override {
        if ((events & EPOLLOUT) != 0) {
            stream_.flush();
        }
        if ((events & ~EPOLLOUT) == 0) {
            return;
        }
        const auto bytes = stream_.read();
        if (bytes) {
            received_ += *bytes;
        }
        if (!busy_) {  // closed by the server while idle
            stream_.close();
            return;
        }
        const auto answer = read_http_answer(received_, !bytes);
        if (!answer && !bytes) {
            throw std::runtime_error("the server closed an HTTP connection before its answer");
        }
        if (answer) {
            finish(*answer);
        }
    }

  private:
    void finish(const HttpAnswer& answer) {
        if (answer.status != 200) {
            throw std::runtime_error("a publish was answered with " +
                                     std::to_string(answer.status) + " " +
                                     std::string(answer.body));
        }
        if (!answer.keep_alive || !publisher_.keep_alive_) {
            stream_.close();
        }
        received_.clear();
        busy_ = false;
        publisher_.on_answer(*this, Clock::now() - sent_);
    }

    HttpPublisher& publisher_;
    Stream stream_;
    std::string received_;
    Clock::time_point sent_;
    bool busy_ = false;
};

HttpPublisher::HttpPublisher(EventLoop& loop, Target target, std::vector<std::string> requests,
                             std::size_t connections, bool keep_alive)
    : loop_(loop),
      target_(std::move(target)),
      requests_(std::move(requests)),
      keep_alive_(keep_alive) {
    for (std::size_t i = 0; i < connections; ++i) {
        connections_.push_back(std::make_unique<Connection>(*this));
        idle_.push_back(connections_.back().get());
    }
}

HttpPublisher::~HttpPublisher() = default;

Fd HttpPublisher::connect() {
    // Closed connections keep their ports for a while: several source addresses have enough.
    constexpr std::size_t sources_in_turn = 200'000;
    TcpTarget tcp = target_.tcp;
    if (target_.publish_port != 0) {
        tcp.port = target_.publish_port;
    }
    return connect_tcp(tcp, opened_++ % sources_in_turn);
}

void HttpPublisher::send(std::size_t count) {
    waiting_ += count;
    send_waiting();
}

void HttpPublisher::send_waiting() {
    for (; waiting_ > 0 && !idle_.empty(); --waiting_) {
        Connection& connection = *idle_.front();
        idle_.pop_front();
        connection.publish();
    }
}

void HttpPublisher::on_answer(Connection& connection, Clock::duration took) {
    ++answered_;
    latency_.add(took);
    idle_.push_back(&connection);
    send_waiting();
}

}  // namespace reverb::bench
