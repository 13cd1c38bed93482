#include "publisher/unix_publisher.h"

#include <algorithm>
#include <optional>

#include "wire/wire.h"

namespace reverb {
namespace {

constexpr std::size_t usual_room = 4'096;
constexpr int bad_frame = 400;
constexpr int bad_version = 505;

}  // namespace

UnixPublisher::UnixPublisher(const PublisherTarget& target)
    : StreamPublisher(target.connect_timeout, target.timeout),
      path_(target.socket),
      received_(usual_room, '\0') {
}

std::string UnixPublisher::peer() const {
    return "the server at the unix socket \"" + path_ + "\"";
}

StreamSocket UnixPublisher::open_socket(Deadline deadline) {
    return StreamSocket::connect_unix(path_, deadline);
}

void UnixPublisher::encode(const PublishRequest& request, std::string& out) {
    wire::append_publish(out, next_correlation(), request);
}

void UnixPublisher::encode_status(std::string& out) {
    wire::append_status(out, next_correlation());
}

// 0 is what a server answers when it could not read the id.
std::uint32_t UnixPublisher::next_correlation() noexcept {
    return correlation_ = std::max(correlation_ + 1, 1U);
}

Answer UnixPublisher::read_answer(Deadline deadline) {
    wire::Frame frame;
    std::size_t size = 0;
    for (;;) {
        const std::size_t more =
            receive(received_.data() + size, received_.size() - size, deadline);
        if (more == 0) {
            throw unknown("it closed the connection without an answer");
        }
        size += more;
        const wire::Split split = wire::split({received_.data(), size}, frame);
        if (split == wire::Split::whole) {
            break;
        }
        if (split == wire::Split::bad) {
            throw unknown("its answer is no frame of the protocol");
        }
        if (size == received_.size()) {
            received_.resize(2 * size);
        }
    }

    const std::optional<Answer> answer =
        frame.header.type == wire::Type::answer ? wire::read_answer(frame.payload) : std::nullopt;
    if (!answer) {
        throw unknown("its answer cannot be read (type " +
                      std::to_string(static_cast<unsigned>(frame.header.type)) + ")");
    }
    const auto [version, type, correlation] = frame.header;
    if (version != wire::version && answer->status != bad_version) {
        throw unknown("its answer is of version " + std::to_string(version) +
                      " of the protocol, not " + std::to_string(wire::version));
    }
    // A server that could not even read the question's id refuses it so, and closes.
    const bool unread =
        correlation == 0 && (answer->status == bad_frame || answer->status == bad_version);
    if (correlation != correlation_ && !unread) {
        throw unknown("its answer is to question " + std::to_string(correlation) + ", not " +
                      std::to_string(correlation_));
    }
    if (unread || frame.size != size) {
        close();
    }
    if (received_.size() > usual_room) {
        received_ = std::string(usual_room, '\0');
    }
    return *answer;
}

bool UnixPublisher::drains(const Answer& answer) const {
    return answer.status == wire::going_down;
}

}  // namespace reverb
