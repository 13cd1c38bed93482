// The core's front door: start the I/O threads, publish, ask, drain, stop. Owned by the thread
// that embeds the core; publish(), reload_certificate() and the questions may be called from any
// thread while it runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/application_name.h"
#include "base/socket_id.h"
#include "cluster/cluster.h"
#include "hooks.h"
#include "publish.h"
#include "server_config.h"

namespace reverb {

// An application that is looked up and that nobody uses any more is forgotten after a while, and
// counts from nothing when it comes back.
struct ApplicationStats {
    std::string app_id;
    std::uint64_t connections = 0;        // open now
    std::uint64_t channels = 0;           // with a subscriber now
    std::uint64_t messages_received = 0;  // of clients, since the start
    std::uint64_t messages_sent = 0;      // to clients, since the start
};

struct ServerStats {
    std::chrono::milliseconds uptime{0};
    std::uint64_t connections = 0;         // WebSocket connections open now
    std::uint64_t channels = 0;            // channels with a subscriber now
    std::uint64_t connections_opened = 0;  // since the start, like all that follow
    std::uint64_t messages_received = 0;
    std::uint64_t messages_published = 0;  // events taken from publishers and clients
    std::uint64_t deliveries = 0;          // frames handed to connections, closing ones too
    std::uint64_t slow_closes = 0;         // connections cut because their outbox was full
    std::uint64_t deadline_closes = 0;     // handshakes and requests cut by the clock
    std::uint64_t auth_failures = 0;       // bad signatures, on channels and on the HTTP API
    std::uint64_t hooks_dropped = 0;
    std::uint64_t hooks_waiting = 0;
    std::uint64_t bytes_received = 0;                   // of messages
    std::uint64_t bytes_sent = 0;                       // of frames
    std::uint64_t connections_compressed = 0;           // open now, that agreed on compression
    std::uint64_t messages_compressed = 0;              // each once, however many got it
    std::uint64_t bytes_saved = 0;                      // of frames, by compression
    std::vector<std::uint64_t> queued_bytes_by_thread;  // of events it was given and has not taken
    std::vector<std::uint64_t> connections_by_thread;
    std::vector<ApplicationStats> applications;
    std::optional<ClusterStats> cluster;  // where it is one node of several
};

class Server {
  public:
    // Checks the configuration. Throws ConfigError.
    Server(ServerConfig config, std::shared_ptr<HookQueue> hooks);
    // Stops at once if it still runs.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Before start(): applications that are not in the configuration are looked up. `asked` is
    // called, on any thread, when there is a question and none waited; then the thread that
    // embeds the core takes each and answers it, with the application or nothing where there is
    // none, or says that it could not find out.
    void look_up_applications(std::function<void()> asked);
    [[nodiscard]] std::optional<ApplicationName> question();
    void answer(const ApplicationName& name, const std::optional<Application>& application);
    void fail(const ApplicationName& name);

    // Opens the listeners and starts the I/O threads. Throws ConfigError, with the setting that
    // names what cannot be had (a port in use: `port`), having left nothing behind.
    void start();
    [[nodiscard]] bool running() const noexcept;

    // Where it listens once started: the port that `port = 0` became; empty for no unix socket.
    [[nodiscard]] std::uint16_t port() const noexcept;
    [[nodiscard]] const std::string& socket() const noexcept;
    // Things that were wrong and did not stop the start, one sentence each.
    [[nodiscard]] const std::vector<std::string>& warnings() const noexcept;

    // Validates, encodes and queues the event for every thread with a subscriber. No answer while
    // the application is being looked up: publish again when that question is answered. On a node
    // of several, one that wants attributes (info) waits for the other nodes, for half a second.
    [[nodiscard]] std::optional<Answer> publish(const PublishRequest& request);

    // To one connection, whichever thread has it; nothing happens where there is none. `message` is
    // UTF-8 and goes out as it is; `reason` has at most 123 bytes. A message over outbox_limit cuts
    // the client off as too slow.
    void send(SocketId to, std::string_view message);
    void disconnect(SocketId whom, std::uint16_t code, std::string_view reason);

    [[nodiscard]] ServerStats stats() const;
    // 0 for an unknown application.
    [[nodiscard]] std::uint64_t connections(const std::string& app_id) const;
    [[nodiscard]] std::uint64_t channels(const std::string& app_id) const;

    // Reads the certificate's files again: handshakes from now on get what is there, connections
    // stay as they are. Throws ConfigError, as start() would, and then all stays as it was. Both
    // go to the log hook. Does nothing without TLS.
    void reload_certificate();

    // Begins to drain and returns: /up and upgrades answer 503 for drain_delay, then the listeners
    // close, connections are closed with 4200 spread over drain_window, and what is left after
    // drain_timeout is cut. drained() turns true at the end; stop() joins the threads.
    void drain();
    // The same, a tenth of a second later at most. May be called in a handler of signals.
    void request_drain() noexcept;
    [[nodiscard]] bool drained() const noexcept;
    // Ends the I/O threads now and joins them. Idempotent.
    void stop();

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

// "libwebsockets 4.1.6, libuv 1.44.2, …": what the core was built with and what it runs with.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> library_versions();

}  // namespace reverb
