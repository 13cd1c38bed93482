#include "floor/floor.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <utility>

namespace reverb::bench {

Floor::Listener::Listener(Floor& floor, Fd fd, FloorConnection::Protocol protocol)
    : floor_(floor), fd_(std::move(fd)), protocol_(protocol) {
    floor_.loop_.add(fd_.get(), EPOLLIN, *this);
}

void Floor::Listener::on_ready(std::uint32_t) {
    for (;;) {
        Fd accepted(::accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!accepted.open()) {
            return;
        }
        if (protocol_ == FloorConnection::Protocol::http) {
            const int on = 1;
            ::setsockopt(accepted.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        }
        floor_.adopt(std::move(accepted), protocol_);
    }
}

Floor::Floor(const TcpTarget& tcp, const std::string& socket, std::unique_ptr<const TlsContext> tls)
    : tls_(std::move(tls)) {
    using Protocol = FloorConnection::Protocol;
    listeners_.push_back(std::make_unique<Listener>(*this, listen_tcp(tcp), Protocol::http));
    if (!socket.empty()) {
        listeners_.push_back(
            std::make_unique<Listener>(*this, listen_unix(socket), Protocol::wire));
    }
}

void Floor::run() {
    for (;;) {
        loop_.turn(std::chrono::milliseconds(-1));
        for (FloorChannel* channel : dirty_) {
            channel->flush();
        }
        dirty_.clear();
    }
}

FloorChannel& Floor::channel(std::string_view name) {
    const auto found = channels_.find(name);
    return found != channels_.end() ? found->second
                                    : channels_.try_emplace(std::string(name), name).first->second;
}

std::string Floor::next_socket_id() {
    return "1." + std::to_string(++sockets_);
}

void Floor::publish(FloorChannel& channel, std::string_view message, FloorConnection* except) {
    if (channel.publish(message, except)) {
        dirty_.push_back(&channel);
    }
}

void Floor::join(FloorChannel& channel, FloorConnection& connection, std::string_view id,
                 std::string_view info) {
    if (channel.join(connection, id, info)) {
        dirty_.push_back(&channel);
    }
}

void Floor::adopt(Fd fd, FloorConnection::Protocol protocol) {
    const bool secure = protocol == FloorConnection::Protocol::http;
    connections_.push_back(std::make_unique<FloorConnection>(*this, std::move(fd), protocol,
                                                             secure ? tls_.get() : nullptr));
    connections_.back()->index = connections_.size() - 1;
}

void Floor::close(FloorConnection& connection) {
    const std::size_t index = connection.index;
    std::swap(connections_[index], connections_.back());
    connections_[index]->index = index;
    connections_.pop_back();
}

}  // namespace reverb::bench
