#include "server.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <future>
#include <mutex>
#include <numeric>
#include <utility>

#include "base/clock.h"
#include "base/cpu_limit.h"
#include "base/descriptor_limit.h"
#include "base/host_port.h"
#include "channel/publishing.h"
#include "cluster/cluster.h"
#include "net/certificate.h"
#include "net/io_thread.h"
#include "net/listener.h"
#include "services.h"
#include "status.h"

namespace reverb {

namespace {

// A few clients need not wait for the whole drain window: closes go at this rate then.
constexpr std::int64_t closes_per_ms = 1;

unsigned thread_count(unsigned configured) {
    if (configured > Directory::max_threads) {
        throw ConfigError("threads",
                          std::to_string(configured) + " I/O threads are more than the " +
                              std::to_string(Directory::max_threads) +
                              " that this server can have. Set it to that or less, or to 0");
    }
    return configured != 0 ? configured : std::min(usable_cpus(), Directory::max_threads);
}

std::string checked_path(std::string path) {
    while (path.ends_with('/')) {
        path.pop_back();
    }
    if (!path.empty() && path.front() != '/') {
        path.insert(path.begin(), '/');
    }
    return path;
}

}  // namespace

class Server::Impl {
  public:
    Impl(ServerConfig config, std::shared_ptr<HookQueue> hooks)
        : config_(std::move(config)),
          threads_(thread_count(config_.threads)),
          applications_(config_.apps, threads_),
          hooks_(std::move(hooks)),
          directory_(threads_),
          fan_out_(directory_),
          services_{config_, applications_, directory_, fan_out_, *hooks_, counters_} {
        config_.path = checked_path(config_.path);
        services_.trusted_proxies = TrustedProxies(config_.trusted_proxies);
    }

    ~Impl() { stop(); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void start();
    void reload_certificate();
    void drain();
    void stop();
    template <typename Message>
    void tell_all(const Message& message);
    [[nodiscard]] FactsPtr ask(const Question& question);
    [[nodiscard]] bool drained() const;
    [[nodiscard]] ServerStats stats() const;
    [[nodiscard]] std::string status() const;

    ServerConfig config_;
    unsigned threads_;
    Applications applications_;
    std::shared_ptr<HookQueue> hooks_;
    Counters counters_;
    Directory directory_;
    FanOut fan_out_;
    Services services_;
    std::unique_ptr<Cluster> cluster_;  // null: this server is alone
    UnixListener unix_listener_;
    std::uint16_t port_ = 0;
    std::vector<std::string> warnings_;
    std::atomic<bool> running_{false};
    bool started_ = false;
    std::chrono::steady_clock::time_point started_at_;
    // Kept after the end: other threads may still be publishing to them.
    std::vector<std::unique_ptr<IoThread>> io_;

  private:
    void load_certificate();
    void open_unix_listener();
    void join_cluster();
    void begin_closing();
    // The thread with the fewest sockets.
    [[nodiscard]] IoThread& least_loaded();

    std::mutex reloading_;  // so that of two reloads at once the later files stay
};

void Server::Impl::start() {
    if (config_.apps.empty() && applications_.lookups() == nullptr) {
        throw ConfigError("apps", "there is no application, so nobody could connect");
    }
    started_at_ = std::chrono::steady_clock::now();
    services_.status = [this] { return status(); };
    services_.drain = [this] { drain(); };
    load_certificate();
    join_cluster();
    TcpListener tcp = listen_tcp(config_.host, config_.port);
    open_unix_listener();
    adjust_descriptor_limit();
    for (unsigned index = 0; index < threads_; ++index) {
        io_.push_back(std::make_unique<IoThread>(services_, index));
        fan_out_.add_target(io_.back()->broadcasts());
    }
    port_ = tcp.port;
    if (cluster_ != nullptr) {
        cluster_->start();
    }
    io_.front()->send(Listen{std::move(tcp.fd), [this](UniqueFd fd, std::string address) {
                                 IoThread& thread = least_loaded();
                                 thread.expect();
                                 thread.adopt({std::move(fd), std::move(address)});
                             }});
    if (UniqueFd fd = unix_listener_.take_fd()) {
        io_.front()->send(Listen{std::move(fd), [this](UniqueFd accepted, const std::string&) {
                                     IoThread& thread = least_loaded();
                                     thread.expect();
                                     thread.send(AdoptPublisher{std::move(accepted)});
                                 }});
    }
    for (const auto& thread : io_) {
        thread->start();
    }
    running_ = true;
}

std::string Server::Impl::status() const {
    ServerStatus status;
    status.version = config_.version;
    status.address = host_port(config_.host, port_);
    status.path = config_.path;
    status.tls = !config_.tls.certificate_file.empty();
    status.compression = config_.compression.enabled;
    status.socket = unix_listener_.path();
    status.draining = services_.draining;
    status.stats = stats();
    return status_json(status);
}

void Server::Impl::load_certificate() {
    if (config_.tls.certificate_file.empty()) {
        return;
    }
    auto certificate = std::make_shared<const Certificate>(config_.tls);
    if (certificate->expires_soon()) {
        warnings_.push_back("The certificate in " + config_.tls.certificate_file + " expires on " +
                            certificate->expiry() + ": renew it, then send SIGHUP");
    }
    services_.certificate.replace(std::move(certificate));
}

void Server::Impl::reload_certificate() {
    const std::string& file = config_.tls.certificate_file;
    if (file.empty()) {
        return;
    }
    const std::scoped_lock lock(reloading_);
    try {
        const auto certificate = std::make_shared<const Certificate>(config_.tls);
        services_.certificate.replace(certificate);
        services_.log(certificate->expires_soon() ? "warning" : "info", "Certificate Reloaded",
                      file + ", valid until " + certificate->expiry());
    } catch (const ConfigError& error) {
        services_.log("error", "Certificate Not Reloaded",
                      std::string(error.what()) + "; the earlier one stays in use");
        throw;
    }
}

void Server::Impl::join_cluster() {
    if (!config_.scaling.enabled) {
        return;
    }
    cluster_ =
        std::make_unique<Cluster>(services_, [this](ThreadMask threads, const std::string& key) {
            for (; threads != 0; threads &= threads - 1) {
                io_[static_cast<std::size_t>(std::countr_zero(threads))]->send(ChannelReady{key});
            }
        });
    services_.cluster = cluster_.get();
    directory_.join(*cluster_);
}

void Server::Impl::open_unix_listener() {
    if (config_.socket.empty()) {
        return;
    }
    try {
        unix_listener_ = UnixListener(config_.socket, config_.socket_mode);
    } catch (const SocketInUse&) {
        throw;
    } catch (const ConfigError& error) {
        if (config_.socket_required) {
            throw;
        }
        warnings_.push_back("Publishers on this host will use HTTP, for there is no socket: " +
                            std::string(error.what()));
    }
}

IoThread& Server::Impl::least_loaded() {
    return **std::min_element(io_.begin(), io_.end(),
                              [](const auto& a, const auto& b) { return a->load() < b->load(); });
}

void Server::Impl::drain() {
    if (!running_ || services_.draining.exchange(true)) {
        return;
    }
    if (config_.drain_delay.count() == 0) {
        return begin_closing();
    }
    io_.front()->send(After{config_.drain_delay, [this] { begin_closing(); }});
}

void Server::Impl::begin_closing() {
    unix_listener_.remove();
    const auto open = static_cast<std::int64_t>(applications_.connections());
    const std::chrono::milliseconds window =
        std::min(config_.drain_window, std::chrono::milliseconds(open / closes_per_ms));
    for (const auto& thread : io_) {
        thread->send(StopListening{});
        thread->send(Drain{window, config_.drain_timeout});
    }
}

// Nobody but the thread itself knows which connections it has.
template <typename Message>
void Server::Impl::tell_all(const Message& message) {
    if (running_) {
        for (const auto& thread : io_) {
            thread->send(Message(message));
        }
    }
}

// Not on an I/O thread: blocks.
FactsPtr Server::Impl::ask(const Question& question) {
    auto answered = std::make_shared<std::promise<FactsPtr>>();
    std::future<FactsPtr> facts = answered->get_future();
    cluster_->ask(question, [answered](FactsPtr said) { answered->set_value(std::move(said)); });
    return facts.wait_for(Cluster::answer_patience) == std::future_status::ready ? facts.get()
                                                                                 : nullptr;
}

bool Server::Impl::drained() const {
    return !running_ || std::all_of(io_.begin(), io_.end(),
                                    [](const auto& thread) { return thread->drained(); });
}

void Server::Impl::stop() {
    running_ = false;
    for (const auto& thread : io_) {
        thread->stop();
    }
    if (cluster_ != nullptr) {
        cluster_->stop();
    }
    // Threads use the listener until the last of them has ended.
    unix_listener_ = UnixListener();
}

ServerStats Server::Impl::stats() const {
    ServerStats stats;
    stats.connections = applications_.connections();
    stats.channels = applications_.channels();
    stats.connections_opened = counters_.connections_opened;
    stats.messages_received = counters_.messages_received;
    stats.messages_published = counters_.messages_published;
    stats.deliveries = counters_.deliveries;
    stats.messages_compressed = counters_.messages_compressed;
    stats.slow_closes = counters_.slow_closes;
    stats.deadline_closes = counters_.deadline_closes;
    stats.auth_failures = counters_.auth_failures;
    stats.hooks_dropped = hooks_->dropped();
    stats.hooks_waiting = hooks_->waiting();
    stats.uptime = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - started_at_);
    for (const auto& thread : io_) {
        stats.bytes_received += thread->bytes_received();
        stats.bytes_sent += thread->bytes_sent();
        stats.connections_compressed += thread->compressed();
        stats.bytes_saved += thread->bytes_saved();
        stats.queued_bytes_by_thread.push_back(thread->queued_bytes());
        stats.connections_by_thread.push_back(thread->connections());
    }
    if (cluster_ != nullptr) {
        stats.cluster = cluster_->stats();
    }
    applications_.each([&stats](const std::string& id, const ApplicationUsage& usage) {
        stats.applications.push_back({id, usage.connections(), usage.channels(),
                                      usage.messages_received(), usage.messages_sent()});
    });
    return stats;
}

Server::Server(ServerConfig config, std::shared_ptr<HookQueue> hooks)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(hooks))) {
}

Server::~Server() = default;

void Server::look_up_applications(std::function<void()> asked) {
    impl_->applications_.look_up(impl_->config_.application_ttl, impl_->config_.application_timeout,
                                 std::move(asked),
                                 [impl = impl_.get()](const ApplicationName& name) {
                                     impl->tell_all(ApplicationAnswered{name});
                                 });
}

std::optional<ApplicationName> Server::question() {
    ApplicationLookups* lookups = impl_->applications_.lookups();
    return lookups == nullptr ? std::nullopt : lookups->question();
}

void Server::answer(const ApplicationName& name, const std::optional<Application>& application) {
    impl_->applications_.lookups()->answer(name, application, monotonic_ms());
}

void Server::fail(const ApplicationName& name) {
    impl_->applications_.lookups()->fail(name, monotonic_ms());
}

void Server::start() {
    if (std::exchange(impl_->started_, true)) {
        throw ConfigError("server", "a server starts once: make another one");
    }
    try {
        impl_->start();
    } catch (...) {
        impl_->stop();
        impl_->io_.clear();
        throw;
    }
}

bool Server::running() const noexcept {
    return impl_->running_;
}

std::uint16_t Server::port() const noexcept {
    return impl_->port_;
}

const std::string& Server::socket() const noexcept {
    return impl_->unix_listener_.path();
}

const std::vector<std::string>& Server::warnings() const noexcept {
    return impl_->warnings_;
}

std::optional<Answer> Server::publish(const PublishRequest& request) {
    if (!impl_->running_) {
        return Answer{503, "The server does not run."};
    }
    const auto question = question_of(impl_->services_, request);
    if (!question) {
        return publish_event(impl_->services_, request);
    }
    const FactsPtr facts = impl_->ask(*question);
    return publish_event(impl_->services_, request, facts.get());
}

void Server::send(SocketId to, std::string_view message) {
    impl_->tell_all(SendTo{to, text_frame(message)});
}

void Server::disconnect(SocketId whom, std::uint16_t code, std::string_view reason) {
    impl_->tell_all(Disconnect{whom, code, std::string(reason)});
}

ServerStats Server::stats() const {
    return impl_->stats();
}

std::uint64_t Server::connections(const std::string& app_id) const {
    const auto usage = impl_->applications_.usage(app_id);
    return usage == nullptr ? 0 : usage->connections();
}

std::uint64_t Server::channels(const std::string& app_id) const {
    const auto usage = impl_->applications_.usage(app_id);
    return usage == nullptr ? 0 : usage->channels();
}

void Server::reload_certificate() {
    impl_->reload_certificate();
}

void Server::drain() {
    impl_->drain();
}

void Server::request_drain() noexcept {
    impl_->services_.drain_wanted = true;
}

bool Server::drained() const noexcept {
    return impl_->drained();
}

void Server::stop() {
    impl_->stop();
}

}  // namespace reverb
