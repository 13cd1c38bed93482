#include "load/socket_publisher.h"

#include <algorithm>
#include <deque>
#include <stdexcept>

#include "common/deadline.h"
#include "common/sockets.h"
#include "load/message.h"
#include "wire/wire.h"

namespace reverb::bench {

class SocketPublisher::Connection final : public Pollable {
  public:
    Connection(SocketPublisher& publisher, EventLoop& loop, const std::string& path)
        : publisher_(publisher), stream_(loop, connect_unix(path), *this) {}

    void publish(std::size_t count) {
        std::string frames;
        frames.reserve(count * publisher_.frame_.size());
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t begin = frames.size();
            frames += publisher_.frame_;
            for (unsigned byte = 0; byte < sizeof(asked_); ++byte) {
                frames[begin + correlation_offset + byte] =
                    static_cast<char>(asked_ >> (8U * byte));
            }
            ++asked_;
        }
        sent_.insert(sent_.end(), count, Clock::now());
        stream_.send(frames);
    }

    void on_ready(std::uint32_t events) override {
        if ((events & EPOLLOUT) != 0) {
            stream_.flush();
        }
        if ((events & ~EPOLLOUT) == 0) {
            return;
        }
        auto bytes = stream_.read();
        if (!bytes) {
            throw std::runtime_error("the server closed the unix socket");
        }
        const auto now = Clock::now();
        wire::Frame frame;
        wire::Split split = wire::split(*bytes, frame);
        for (; split == wire::Split::whole; split = wire::split(*bytes, frame)) {
            take(frame);
            publisher_.latency_.add(now - sent_.front());
            sent_.pop_front();
            bytes->remove_prefix(frame.size);
        }
        if (split == wire::Split::bad) {
            throw std::runtime_error("an answer on the unix socket is no frame");
        }
        stream_.keep(*bytes);
    }

  private:
    void take(const wire::Frame& frame) {
        const auto answer = wire::read_answer(frame.payload);
        if (frame.header.type != wire::Type::answer || !answer) {
            throw std::runtime_error("an answer on the unix socket cannot be read");
        }
        if (answer->status != 200) {
            throw std::runtime_error("a publish was answered with " +
                                     std::to_string(answer->status) + " " + answer->body);
        }
        if (frame.header.correlation != answered_) {
            throw std::runtime_error("answer " + std::to_string(frame.header.correlation) +
                                     " came where " + std::to_string(answered_) + " was due");
        }
        ++answered_;
        ++publisher_.answered_;
    }

    SocketPublisher& publisher_;
    Stream stream_;
    std::deque<Clock::time_point> sent_;
    std::uint32_t asked_ = 0;
    std::uint32_t answered_ = 0;
};

SocketPublisher::SocketPublisher(EventLoop& loop, const std::string& path, std::string frame,
                                 std::size_t connections)
    : frame_(std::move(frame)) {
    for (std::size_t i = 0; i < connections; ++i) {
        connections_.push_back(std::make_unique<Connection>(*this, loop, path));
    }
}

SocketPublisher::~SocketPublisher() = default;

void SocketPublisher::send(std::size_t count) {
    const std::size_t share = (count + connections_.size() - 1) / connections_.size();
    for (std::size_t left = count; left > 0;) {
        const std::size_t now = std::min(share, left);
        connections_[next_]->publish(now);
        next_ = (next_ + 1) % connections_.size();
        left -= now;
    }
}

}  // namespace reverb::bench
