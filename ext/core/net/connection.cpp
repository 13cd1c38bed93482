#include "net/connection.h"

#include <libwebsockets.h>

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/json.h"
#include "net/io_loop.h"

namespace reverb {

namespace {

// Bytes of one write: what the socket does not take of them, libwebsockets copies and keeps.
constexpr std::size_t write_size = 32U << 10U;
// What a client may send while its application is looked up, each message counted with what it
// takes to keep it.
constexpr std::size_t max_early_bytes = 10'000;
constexpr std::size_t least_early_size = 100;
// A client that does not answer our close frame, or cannot be sent it, is cut after this.
constexpr std::uint64_t close_timeout_ms = 5'000;
constexpr std::uint64_t last_words_ms = 250;     // but one that answered no ping, after this
constexpr std::uint64_t end_timeout_ms = 1'000;  // and any client, when the server ends

constexpr unsigned char reserved_bit_1 = 0x40;
constexpr std::size_t code_size = 2;  // of a close frame's payload, before its reason
constexpr std::string_view too_big = "Maximum message size exceeded";

}  // namespace

Connection::Connection(IoLoop& loop, lws* socket, bool compressed)
    : Peer(loop, socket), session_(loop.session_context(), *this), compressed_(compressed) {
    loop_.connection_opened(*this);
}

Connection::~Connection() {
    // The session leaves its channels here; what it still says must go nowhere.
    state_ = State::closed;
    if (opening_) {
        loop_.waits().remove(*this);
    }
    // Before the loop hears of it: who sees that a server is drained finds nobody counted.
    session_.end();
    loop_.unqueue(*this, queued_);
    loop_.connection_closed(*this);
}

void Connection::open(Handshake handshake) {
    opening_ = std::make_unique<Opening>(Opening{std::move(handshake), {}, 0});
    application_answered();
}

void Connection::application_answered() {
    if (state_ != State::open) {
        return;
    }
    const std::uint64_t now = loop_.now();
    if (!session_.open(opening_->handshake, now)) {
        uncork();
        return loop_.waits().add(*this, {ApplicationName::By::key, opening_->handshake.key},
                                 monotonic_ms());
    }
    const auto opened = std::move(opening_);
    schedule(now);
    for (const std::string& message : opened->messages) {
        if (message.size() > session_.max_message_size()) {
            return close(CloseCode::message_too_big, too_big);
        }
        take(message);
    }
}

int Connection::on_event(int reason, void* in, std::size_t length) {
    switch (reason) {
        case LWS_CALLBACK_RECEIVE:
            receive({static_cast<const char*>(in), length});
            return 0;
        case LWS_CALLBACK_RECEIVE_PONG:
            session_.touch(loop_.now());
            if (loop_.services().debug()) {
                loop_.services().log("debug", "Control Frame Received", session_.id().text());
            }
            return 0;
        case LWS_CALLBACK_SERVER_WRITEABLE:
            flush();
            return 0;
        case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
            return peer_closes({static_cast<const char*>(in), length});
        default:
            return 0;
    }
}

void Connection::receive(std::string_view fragment) {
    if (state_ != State::open || !(session_.established() || opening_)) {
        return;
    }
    loop_.received(fragment.size());
    // Said by the first frame of a message, for all of it, and where compression was agreed on.
    const bool marked = (lws_get_reserved_bits(socket_) & reserved_bit_1) != 0;
    if (marked && (!compressed_ || (partial_ && partial_->frame_ended))) {
        partial_.reset();
        return close(CloseCode::protocol_error, "RSV1 in a frame that must not have it");
    }
    const bool compressed = partial_ ? partial_->compressed : marked;
    const std::size_t so_far = partial_ ? partial_->bytes.size() : 0;
    const std::size_t rest = lws_remaining_packet_payload(socket_);
    const bool early_enough = !opening_ || opening_->bytes < max_early_bytes;
    const std::size_t limit = compressed ? compressed_limit(message_limit()) : message_limit();
    // Answered at once rather than when the rest has come: there may be gigabytes of it.
    if (!early_enough || so_far + fragment.size() + rest > limit) {
        partial_.reset();
        return close(CloseCode::message_too_big, too_big);
    }
    const bool complete = lws_is_final_fragment(socket_) != 0 && rest == 0;
    if (complete && !partial_) {
        return received(fragment, compressed);
    }
    if (!partial_) {
        partial_ = std::make_unique<Partial>(Partial{{}, compressed});
    }
    partial_->bytes.append(fragment);
    partial_->frame_ended = rest == 0;
    if (complete) {
        const auto message = std::move(partial_);
        received(message->bytes, compressed);
    }
}

void Connection::received(std::string_view message, bool compressed) {
    if (compressed) {
        const Inflater::Inflated inflated = loop_.compression().inflate(message, message_limit());
        if (inflated.outcome == Inflater::Outcome::too_long) {
            return close(CloseCode::message_too_big, too_big);
        }
        if (inflated.outcome == Inflater::Outcome::corrupt) {
            return close(CloseCode::invalid_payload, "Compressed data is corrupt");
        }
        message = inflated.message;
    }
    if (lws_frame_is_binary(socket_) == 0 && !valid_utf8(message)) {
        return close(CloseCode::invalid_payload, "Text is not UTF-8");
    }
    take(message);
}

void Connection::take(std::string_view message) {
    if (!opening_) {
        return session_.receive(message, loop_.now());
    }
    opening_->messages.emplace_back(message);
    opening_->bytes += std::max(message.size(), least_early_size);
}

std::size_t Connection::message_limit() const {
    return opening_ ? max_early_bytes - std::min(opening_->bytes, max_early_bytes)
                    : session_.max_message_size();
}

int Connection::peer_closes(std::string_view payload) {
    // What was answered before the client closed still goes out.
    flush();
    // libwebsockets answers the client's close frame, unless it answers ours.
    const bool ours_first = state_ == State::closing;
    state_ = State::closed;
    const bool readable = payload.size() <= code_size || valid_utf8(payload.substr(code_size));
    return ours_first || !readable ? -1 : 0;
}

void Connection::send_for_application(const FramePtr& frame) {
    session_.deliver(frame);
}

void Connection::disconnect(std::uint16_t code, std::string_view reason) {
    session_.disconnect(static_cast<CloseCode>(code), reason);
}

bool Connection::send(const FramePtr& frame) {
    if (state_ != State::open) {
        return false;
    }
    if (compressed_) {
        const FramePtr& shorter = loop_.compression().of(frame);
        loop_.saved(frame->size() - shorter->size());
        enqueue(shorter);
    } else {
        enqueue(frame);
    }
    const ServerConfig& config = loop_.services().config;
    if (outbox_.bytes() > config.outbox_soft_limit) {
        // Much came in one turn: what the socket takes now does not wait.
        flush();
        if (outbox_.bytes() > config.outbox_limit) {
            cut_slow();
            return false;
        }
        if (outbox_.bytes() > config.outbox_soft_limit && backlogged_ms_ == 0) {
            backlogged_ms_ = loop_.now();
            arm();
        }
    }
    return true;
}

// The close frame is ours like all others: libwebsockets would send one only from its own
// callbacks, and Debian's 4.1 with libuv cuts the connection before it has (a check of its debug
// mode, which that build has on, closes twice).
void Connection::close(CloseCode code, std::string_view reason) {
    if (state_ != State::open) {
        return;
    }
    enqueue(close_frame(static_cast<std::uint16_t>(code), reason));
    state_ = State::closing;
    std::uint64_t patience = close_timeout_ms;
    if (code == CloseCode::pong_not_received) {
        patience = last_words_ms;
    } else if (loop_.closing()) {
        patience = end_timeout_ms;
    }
    loop_.deadlines().arm(*this, loop_.now() + patience);
}

void Connection::enqueue(const FramePtr& frame) {
    outbox_.add(frame, loop_.turn_frames(compressed_));
    if (!queued_) {
        queued_ = true;
        loop_.queue(*this);
    }
}

void Connection::flush_queued() {
    queued_ = false;
    flush();
}

void Connection::flush() {
    if (state_ == State::closed) {
        return outbox_.clear();
    }
    while (!outbox_.empty()) {
        if (lws_partial_buffered(socket_) != 0) {
            outbox_.keep();
            lws_callback_on_writable(socket_);
            return;
        }
        const Outbox::Next next =
            outbox_.next(write_size, loop_.turn_frames(compressed_), loop_.joiner(compressed_));
        loop_.sent(next.bytes.size());
        if (!write(next.bytes)) {
            state_ = State::closed;
            outbox_.clear();
            return cut();
        }
        outbox_.written(next);
        if (outbox_.bytes() <= loop_.services().config.outbox_soft_limit) {
            backlogged_ms_ = 0;
        }
    }
    uncork();
}

void Connection::uncork() noexcept {
    if (std::exchange(corked_, false)) {
        cork(false);
    }
}

// Without a close frame: a client that does not read would not read it.
void Connection::cut_slow() {
    if (state_ == State::closed) {
        return;
    }
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
        if (session_.established()) {
            session_.deliver(closing);
        } else {
            send(closing);
        }
        return close(CloseCode::reconnect, "Server is restarting. Please reconnect.");
    }
    schedule(now_ms);
}

void Connection::schedule(std::uint64_t now_ms) {
    if (state_ != State::open || !session_.established()) {
        return;
    }
    heartbeat_ms_ = session_.heartbeat(now_ms);
    if (state_ == State::open) {
        arm();
    }
}

void Connection::arm() {
    std::uint64_t next = heartbeat_ms_;
    if (backlogged_ms_ != 0) {
        const auto grace = static_cast<std::uint64_t>(loop_.services().config.outbox_grace.count());
        next = std::min(next, backlogged_ms_ + grace);
    }
    if (drain_ms_ != 0) {
        next = std::min(next, drain_ms_);
    }
    loop_.deadlines().arm(*this, next);
}

void Connection::drain(std::uint64_t at_ms, std::uint64_t /*end_ms*/) {
    drain_ms_ = at_ms;
    if (opening_) {
        return loop_.deadlines().arm(*this, at_ms);
    }
    schedule(loop_.now());
}

}  // namespace reverb
