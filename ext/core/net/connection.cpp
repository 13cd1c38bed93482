#include "net/connection.h"

#include <libwebsockets.h>

#include <algorithm>
#include <span>

#include "net/io_loop.h"

namespace reverb {

namespace {

// Bytes of one write: what the socket does not take of them, libwebsockets copies and keeps.
constexpr std::size_t write_size = 32U << 10U;
// A client that does not answer our close frame, or cannot be sent it, is cut after this.
constexpr std::uint64_t close_timeout_ms = 5'000;
constexpr std::size_t max_reason = 123;  // bytes of a close frame's text (RFC 6455, 5.5)

}  // namespace

Connection::Connection(IoLoop& loop, lws* socket)
    : Peer(loop, socket), session_(loop.session_context(), *this) {
    loop_.connection_opened();
}

Connection::~Connection() {
    // The session leaves its channels after this; what it still says must go nowhere.
    state_ = State::closed;
    loop_.unqueue(*this, queued_);
    loop_.connection_closed();
}

void Connection::open(const Handshake& handshake) {
    const std::uint64_t now = loop_.now();
    session_.open(handshake, now);
    schedule(now);
}

int Connection::on_event(int reason, void* in, std::size_t length) {
    switch (reason) {
        case LWS_CALLBACK_RECEIVE:
            return receive({static_cast<const char*>(in), length});
        case LWS_CALLBACK_RECEIVE_PONG:
            session_.touch(loop_.now());
            return 0;
        case LWS_CALLBACK_SERVER_WRITEABLE:
            return writable();
        case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
            // What was answered before the client closed still goes out.
            flush();
            state_ = State::closed;
            return 0;
        default:
            return 0;
    }
}

int Connection::receive(std::string_view fragment) {
    if (state_ != State::open || !session_.established()) {
        return 0;
    }
    const std::size_t so_far = partial_ ? partial_->size() : 0;
    const std::size_t announced =
        so_far + fragment.size() + static_cast<std::size_t>(lws_remaining_packet_payload(socket_));
    if (announced > session_.max_message_size()) {
        return refuse_too_big();
    }
    const bool complete =
        lws_is_final_fragment(socket_) != 0 && lws_remaining_packet_payload(socket_) == 0;
    if (complete && !partial_) {
        session_.receive(fragment, loop_.now());
        return 0;
    }
    if (!partial_) {
        partial_ = std::make_unique<std::string>();
    }
    partial_->append(fragment);
    if (complete) {
        const auto message = std::move(partial_);
        session_.receive(*message, loop_.now());
    }
    return 0;
}

// Answered at once rather than when the rest has come: there may be gigabytes of it.
int Connection::refuse_too_big() {
    flush();
    state_ = State::closed;
    std::string reason = "Maximum message size exceeded";
    lws_close_reason(socket_, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE,
                     reinterpret_cast<unsigned char*>(reason.data()), reason.size());
    return -1;
}

int Connection::writable() {
    flush();
    if (state_ != State::closing || !outbox_.empty() || lws_partial_buffered(socket_) != 0) {
        return 0;
    }
    state_ = State::closed;
    lws_close_reason(socket_, static_cast<lws_close_status>(close_code_),
                     reinterpret_cast<unsigned char*>(close_reason_.data()), close_reason_.size());
    return -1;
}

void Connection::send(const FramePtr& frame) {
    if (state_ != State::open) {
        return;
    }
    outbox_.add(frame);
    const ServerConfig& config = loop_.services().config;
    if (outbox_.bytes() > config.outbox_soft_limit) {
        if (outbox_.bytes() > config.outbox_limit) {
            return cut_slow();
        }
        if (backlogged_ms_ == 0) {
            backlogged_ms_ = loop_.now();
            schedule(backlogged_ms_);
        }
    }
    if (!queued_) {
        queued_ = true;
        loop_.queue(*this);
    }
}

void Connection::close(CloseCode code, std::string_view reason) {
    if (state_ != State::open) {
        return;
    }
    state_ = State::closing;
    close_code_ = code;
    close_reason_ = reason.substr(0, max_reason);
    loop_.deadlines().arm(*this, loop_.now() + close_timeout_ms);
    // Only libwebsockets' own callback may end the connection with a close frame.
    lws_callback_on_writable(socket_);
}

void Connection::flush() {
    queued_ = false;
    if (state_ == State::closed) {
        return;
    }
    while (!outbox_.empty()) {
        if (lws_partial_buffered(socket_) != 0) {
            lws_callback_on_writable(socket_);
            return;
        }
        const std::span<const FramePtr> frames = outbox_.next(write_size);
        const std::string_view bytes = loop_.joiner().join(frames);
        // LWS_WRITE_HTTP sends the bytes as they are, on a WebSocket too: they are whole frames.
        const int sent =
            lws_write(socket_, reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data())),
                      bytes.size(), LWS_WRITE_HTTP);
        if (sent < 0) {
            state_ = State::closed;
            outbox_.clear();
            return cut();
        }
        outbox_.written(frames.size());
        if (outbox_.bytes() <= loop_.services().config.outbox_soft_limit) {
            backlogged_ms_ = 0;
        }
    }
}

// No close frame: a client that does not read would not read it.
void Connection::cut_slow() {
    state_ = State::closed;
    outbox_.clear();
    count(loop_.services().counters.slow_closes);
    loop_.services().log("warning", "Slow Connection Cut", session_.id().text());
    cut();
}

void Connection::expired(std::uint64_t now_ms) {
    if (state_ != State::open) {
        return cut();
    }
    const auto grace = static_cast<std::uint64_t>(loop_.services().config.outbox_grace.count());
    if (backlogged_ms_ != 0 && now_ms >= backlogged_ms_ + grace) {
        return cut_slow();
    }
    if (drain_ms_ != 0 && now_ms >= drain_ms_) {
        static const FramePtr closing =
            frames::error(CloseCode::reconnect, "Server is restarting. Please reconnect.");
        send(closing);
        return close(CloseCode::reconnect, "Server is restarting. Please reconnect.");
    }
    schedule(now_ms);
}

void Connection::schedule(std::uint64_t now_ms) {
    if (state_ != State::open || !session_.established()) {
        return;
    }
    std::uint64_t next = session_.heartbeat(now_ms);
    if (state_ != State::open) {
        return;
    }
    if (backlogged_ms_ != 0) {
        const auto grace = static_cast<std::uint64_t>(loop_.services().config.outbox_grace.count());
        next = std::min(next, backlogged_ms_ + grace);
    }
    if (drain_ms_ != 0) {
        next = std::min(next, drain_ms_);
    }
    loop_.deadlines().arm(*this, next);
}

void Connection::drain(std::uint64_t at_ms) {
    drain_ms_ = at_ms;
    schedule(loop_.now());
}

}  // namespace reverb
