// One WebSocket connection: puts messages together for its session, keeps the session's frames in
// an outbox and writes them, whole and already framed, once per turn of the loop. Owned by its
// IoLoop, used on that thread alone.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/application_waits.h"
#include "net/outbox.h"
#include "net/peer.h"
#include "pusher/session.h"
#include "pusher/transport.h"

namespace reverb {

class Connection final : public Peer, public Transport, public ApplicationWaiter {
  public:
    // `compressed`: whether the client agreed on compression.
    Connection(IoLoop& loop, lws* socket, bool compressed);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void open(Handshake handshake);
    int on_event(int reason, void* in, std::size_t length) override;
    void expired(std::uint64_t now_ms) override;
    void drain(std::uint64_t at_ms, std::uint64_t end_ms) override;
    void application_answered() override;

    bool send(const FramePtr& frame) override;
    void close(CloseCode code, std::string_view reason) override;

    // Of an application's own making, see Server::send() and Server::disconnect().
    void send_for_application(const FramePtr& frame);
    void disconnect(std::uint16_t code, std::string_view reason);
    [[nodiscard]] SocketId id() const noexcept { return session_.id(); }
    [[nodiscard]] bool compressed() const noexcept { return compressed_; }

    // Writes what waits. Called by the loop at the end of a turn, once queued.
    void flush_queued();

  private:
    // closing: our close frame is queued or sent, and the client's is awaited.
    enum class State : std::uint8_t { open, closing, closed };

    // What came before the application was known: nobody is greeted yet, but some do not wait.
    struct Opening {
        Handshake handshake;
        std::vector<std::string> messages;
        std::size_t bytes = 0;  // of them
    };

    // The message being received, as far as it has come.
    struct Partial {
        std::string bytes;
        bool compressed;
        bool frame_ended = false;  // and the next bytes are of another
    };

    // Writes what waits, as far as the socket takes it.
    void flush();
    void receive(std::string_view fragment);
    void received(std::string_view message, bool compressed);
    void take(std::string_view message);
    // Bytes that the message being received may have.
    [[nodiscard]] std::size_t message_limit() const;
    int peer_closes(std::string_view payload);
    void enqueue(const FramePtr& frame);
    void cut_slow();
    // Lets the session ping or end, and sets the deadline. Not while it is delivered to.
    void schedule(std::uint64_t now_ms);
    // Sets the deadline to what comes first.
    void arm();
    void uncork() noexcept;

    Session session_;
    Outbox outbox_;
    std::unique_ptr<Opening> opening_;  // while its application is looked up
    std::unique_ptr<Partial> partial_;
    std::uint64_t heartbeat_ms_ = 0;   // when the session wants to be asked
    std::uint64_t drain_ms_ = 0;       // when to close because the server ends, 0: not at all
    std::uint64_t backlogged_ms_ = 0;  // since when more than outbox_soft_limit waits, 0: less does
    State state_ = State::open;
    bool compressed_;
    bool corked_ = true;   // until the greeting
    bool queued_ = false;  // among those the loop flushes at the end of this turn
};

}  // namespace reverb
