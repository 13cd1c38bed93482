// The work of one I/O thread: its libuv loop and its libwebsockets context, the sockets that live
// there, their deadlines, and the mail of other threads. Everything but post() and the counters is
// used on that thread alone. Internal to net/; the rest of the core sees IoThread.
#pragma once

#include <libwebsockets.h>
#include <uv.h>

#include <array>
#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/deadline_wheel.h"
#include "base/free_memory.h"
#include "base/mailbox.h"
#include "channel/local_subscribers.h"
#include "net/acceptor.h"
#include "net/application_waits.h"
#include "net/compression.h"
#include "net/connection_index.h"
#include "net/facts_waits.h"
#include "net/frame_joiner.h"
#include "net/io_message.h"
#include "net/peer.h"
#include "net/turn_frames.h"
#include "net/uv_handle.h"
#include "pusher/codec.h"
#include "pusher/session.h"
#include "services.h"

namespace reverb {

class Connection;
class PublisherLink;

class IoLoop final : public BroadcastTarget {
  public:
    // Throws ConfigError where libwebsockets cannot be set up. One at a time in the process.
    IoLoop(Services& services, unsigned index);
    ~IoLoop() override;
    IoLoop(const IoLoop&) = delete;
    IoLoop& operator=(const IoLoop&) = delete;

    // Serves until a Stop message has come and every handle is closed.
    void run();

    // Any thread. On this one a broadcast is delivered at once.
    void post(BroadcastPtr broadcast) override;
    [[nodiscard]] std::size_t waiting_bytes() const noexcept override {
        return waiting_bytes_.load(std::memory_order_relaxed);
    }
    void terminate(const std::string& app_id, const std::string& user_id) override;
    void send(IoMessage message);
    // The same for a client's socket, which on this thread is served at once.
    void adopt(AdoptClient client);
    [[nodiscard]] std::size_t load() const noexcept { return load_.load(); }
    [[nodiscard]] std::size_t connections() const noexcept { return connections_.load(); }
    [[nodiscard]] bool drained() const noexcept { return drained_.load(); }
    [[nodiscard]] std::uint64_t bytes_received() const noexcept { return bytes_received_.load(); }
    [[nodiscard]] std::uint64_t bytes_sent() const noexcept { return bytes_sent_.load(); }
    // Of the connections, those that agreed on compression, and what they did not have to be sent.
    [[nodiscard]] std::size_t compressed() const noexcept { return compressed_.load(); }
    [[nodiscard]] std::uint64_t bytes_saved() const noexcept { return bytes_saved_.load(); }
    // Counts a socket that is on its way here, so that a burst spreads.
    void expect() noexcept { ++load_; }

    // For the peers.
    [[nodiscard]] Services& services() noexcept { return services_; }
    [[nodiscard]] SessionContext& session_context() noexcept { return session_context_; }
    [[nodiscard]] DeadlineWheel& deadlines() noexcept { return deadlines_; }
    // Connections with compression get other frames than those without: apart, each kind shares
    // what it was sent.
    [[nodiscard]] TurnFrames& turn_frames(bool compressed) noexcept {
        return turn_frames_[compressed ? 1 : 0];
    }
    [[nodiscard]] FrameJoiner& joiner(bool compressed) noexcept {
        return joiners_[compressed ? 1 : 0];
    }
    // Where there is a connection that agreed on it.
    [[nodiscard]] Compression& compression() noexcept { return *compression_; }
    [[nodiscard]] ApplicationWaits& waits() noexcept { return waits_; }
    // On a node of several: asks the others. The waiter must be removed from facts_waits() before
    // it ends.
    void ask(FactsWaiter& waiter, Question question);
    [[nodiscard]] FactsWaits& facts_waits() noexcept { return facts_waits_; }
    // Monotonic milliseconds, as of this turn of the loop.
    [[nodiscard]] std::uint64_t now() const noexcept { return uv_now(&loop_); }
    void received(std::size_t bytes) noexcept { add(bytes_received_, bytes); }
    void sent(std::size_t bytes) noexcept { add(bytes_sent_, bytes); }
    void saved(std::size_t bytes) noexcept { add(bytes_saved_, bytes); }
    // Asks for connection.flush_queued() at the end of this turn.
    void queue(Connection& connection) { flush_queue_.push_back(&connection); }
    void unqueue(const Connection& connection, bool queued) noexcept;
    // Has libwebsockets tell the peer at the end of this turn that it may write, or go on to its
    // next request. It would wait for the socket to be writable first, which takes a turn and four
    // calls of the kernel.
    void go_on_with(Peer& peer) { ready_.push_back(&peer); }
    void remove(const PublisherLink& link);
    void connection_opened(Connection& connection);
    void connection_closed(const Connection& connection) noexcept;
    // An HTTP peer's socket became a WebSocket, whose client agreed on compression or not.
    void upgrade(Peer& peer, lws* socket, const Handshake& handshake, bool compressed);
    // Whether sockets are being read, rather than what libwebsockets kept of an earlier read.
    [[nodiscard]] bool polling() const noexcept { return polling_; }
    // Whether connections are being closed because the server ends.
    [[nodiscard]] bool closing() const noexcept { return cut_at_ms_ != 0; }

  private:
    static int on_socket(lws* socket, lws_callback_reasons reason, void* user, void* in,
                         std::size_t length);

    int on_peer(Peer& peer, lws_callback_reasons reason, void* in, std::size_t length);
    void open_context();
    void read_mail();
    void open(IoMessage& message);
    void handle(BroadcastPtr& broadcast);
    void deliver(const Broadcast& broadcast);
    void handle(Terminate& terminate);
    void handle(SendTo& message);
    void handle(Disconnect& message);
    void handle(ApplicationAnswered& answered);
    void handle(ChannelReady& ready);
    void subscribe(const std::vector<PendingSubscriptions::Pending>& pending, bool degraded);
    void handle(FactsArrived& arrived);
    void handle(AdoptClient& client);
    void handle(AdoptPublisher& publisher);
    void handle(Listen& listen);
    void handle(StopListening& stop);
    void handle(After& after);
    void handle(Drain& drain);
    void handle(CloseAll& close);
    void handle(Stop& stop);
    void start_handles();
    void close_handles();
    void tick();
    void flush();
    void go_on();
    Peer& add(std::unique_ptr<Peer> peer);
    void remove(Peer& peer);
    // Whether nothing is left that a drain waits for, or its time is over.
    void check_drained();
    [[nodiscard]] bool on_this_thread() const noexcept;
    // There is one writer, so no locked instruction is needed.
    static void add(std::atomic<std::uint64_t>& counter, std::uint64_t by) noexcept {
        counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
    }

    Services& services_;
    unsigned index_;
    Codec codec_;
    LocalSubscribers subscribers_;
    SessionContext session_context_;
    DeadlineWheel deadlines_;
    std::array<TurnFrames, 2> turn_frames_;  // without compression, and with it
    std::array<FrameJoiner, 2> joiners_;
    std::unique_ptr<Compression> compression_;  // from the first connection on that agreed on it
    ApplicationWaits waits_;
    FactsWaits facts_waits_;

    uv_loop_t loop_{};
    std::mutex wake_mutex_;  // guards wake_, which other threads use
    UvHandle<uv_async_t> wake_;
    UvHandle<uv_timer_t> ticker_;
    UvHandle<uv_check_t> after_poll_;
    UvHandle<uv_prepare_t> before_poll_;
    UvHandle<uv_timer_t> after_;
    std::function<void()> after_task_;
    std::list<Acceptor> acceptors_;
    std::list<std::unique_ptr<PublisherLink>> links_;
    lws_context* context_ = nullptr;

    std::vector<std::unique_ptr<Peer>> peers_;
    ConnectionIndex by_id_;
    ReturnSchedule memory_;
    std::vector<Connection*> flush_queue_;
    std::vector<Connection*> flushing_;
    std::deque<Peer*> ready_;
    Mailbox<IoMessage> mailbox_;          // what keeps its order, see stays_behind_broadcasts()
    std::vector<IoMessage> mail_;         // taken from it
    std::size_t opened_ = 0;              // of that
    Mailbox<IoMessage> urgent_mailbox_;   // the rest
    std::vector<IoMessage> urgent_mail_;  // taken from it
    bool polling_ = false;
    std::uint64_t next_expiry_ms_ = 0;  // of cached events, on the first thread
    std::uint64_t cut_at_ms_ = 0;       // when a drain ends by force, 0: no drain

    std::atomic<std::size_t> waiting_bytes_{0};  // of broadcasts among the mail
    std::atomic<std::size_t> load_{0};
    std::atomic<std::size_t> connections_{0};
    std::atomic<std::uint64_t> bytes_received_{0};
    std::atomic<std::uint64_t> bytes_sent_{0};
    std::atomic<std::uint64_t> bytes_saved_{0};
    std::atomic<std::size_t> compressed_{0};
    std::atomic<bool> drained_{false};
};

}  // namespace reverb
