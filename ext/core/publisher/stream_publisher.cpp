#include "publisher/stream_publisher.h"

#include <cerrno>
#include <system_error>

namespace reverb {
namespace {

constexpr std::size_t kept_buffer = 1U << 20U;  // a longer question's memory is given back
constexpr int unavailable = 503;

}  // namespace

void StreamPublisher::connect() {
    if (!connected()) {
        reconnect();
    }
}

void StreamPublisher::reconnect() {
    close();
    socket_ = open_socket(Deadline(connect_timeout_));
    socket_.set_patience(timeout_);
    owner_ = {};
}

Answer StreamPublisher::publish(const PublishRequest& request) {
    begin_question();
    encode(request, question_);
    return ask();
}

Answer StreamPublisher::status() {
    begin_question();
    encode_status(question_);
    return ask();
}

void StreamPublisher::begin_question() {
    if (question_.capacity() > kept_buffer) {
        question_ = {};
    }
    question_.clear();
}

Answer StreamPublisher::ask() {
    bool was_closed = false;
    bool was_draining = false;
    for (;;) {
        // Bytes nobody asked for cannot be told from an answer: as good as closed.
        if (!connected() || !socket_.quiet()) {
            reconnect();
        }

        busy_ = true;
        const Deadline deadline(timeout_);
        const StreamSocket::Transfer sent = socket_.send(question_, deadline);
        if (sent.bytes == 0) {
            close();
            if (sent.end == StreamSocket::End::timeout) {
                throw ConnectError(ETIMEDOUT, peer() + " took no byte of the event within " +
                                                  std::to_string(timeout_.count()) +
                                                  " ms (timeout)");
            }
            if (was_closed) {
                throw ConnectError(sent.error, peer() + " closed the connection twice before a " +
                                                   "byte of the event was sent");
            }
            was_closed = true;
            continue;
        }

        Answer answered = answer(deadline, sent.end == StreamSocket::End::done);
        if (!drains(answered)) {
            return answered;
        }
        close();
        if (was_draining) {
            answered.status = unavailable;
            return answered;
        }
        was_draining = true;
    }
}

Answer StreamPublisher::answer(Deadline deadline, bool whole) {
    try {
        Answer answered = read_answer(deadline);
        if (!whole) {
            // The peer answered before it had the whole question: it will not read the rest.
            close();
        }
        busy_ = false;
        return answered;
    } catch (...) {
        close();
        throw;
    }
}

bool StreamPublisher::connected() const noexcept {
    return socket_.is_open() && owner_.is_current();
}

void StreamPublisher::close() noexcept {
    socket_.close();
    busy_ = false;
}

std::size_t StreamPublisher::receive(char* buffer, std::size_t size, Deadline deadline) {
    const StreamSocket::Transfer received = socket_.receive(buffer, size, deadline);
    switch (received.end) {
        case StreamSocket::End::done:
            return received.bytes;
        case StreamSocket::End::timeout:
            throw unknown("no answer within " + std::to_string(timeout_.count()) + " ms (timeout)");
        case StreamSocket::End::closed:
            if (received.error != 0) {
                throw unknown("the connection broke (" +
                              (socket_.tls_fault().empty()
                                   ? std::generic_category().message(received.error)
                                   : socket_.tls_fault()) +
                              ")");
            }
            return 0;
    }
    return 0;
}

OutcomeUnknown StreamPublisher::unknown(const std::string& what) const {
    return OutcomeUnknown(peer() + ": " + what +
                          "; the event was sent and may or may not have been delivered");
}

}  // namespace reverb
