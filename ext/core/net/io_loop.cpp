#include "net/io_loop.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <random>
#include <utility>

#include "cluster/cluster.h"
#include "net/compression_extension.h"
#include "net/connection.h"
#include "net/http_exchange.h"
#include "net/http_headers.h"
#include "net/lws_log.h"
#include "net/publisher_link.h"

namespace reverb {

namespace {

// Paid by every connection, and all that is read of it in a turn: a subscription or a short client
// event in one go, a longer message in several.
constexpr std::size_t receive_buffer = 256;
constexpr std::size_t largest_write = 64U << 10U;
constexpr unsigned header_room = 2 * max_header_bytes;  // so that we can answer what is over it
constexpr std::uint64_t cut_margin_ms = 250;
constexpr std::uint64_t expiry_interval_ms = 10'000;
// Delivering for other threads may take that long in one turn. Then this thread's own clients are
// read, answered and accepted, whatever still waits.
constexpr std::uint64_t mail_turn_ns = 10'000'000;
// Messages for which room is kept: a flood's is given back.
constexpr std::size_t kept_mail = 4'096;

// About: the objects, their reference counts and the place in the mail beside what they hold.
std::size_t memory_of(const Broadcast& broadcast) {
    constexpr std::size_t beside = 256;
    return beside + broadcast.key.size() + broadcast.frame->size();
}

// Contexts load and unload the libuv plug-in: never two of them at the same time.
std::mutex context_mutex;

thread_local const IoLoop* running_here = nullptr;

// Of the connections that libwebsockets would open, which are none. Else it makes one for each of
// its own contexts, loads the system's authorities into it, and at the end finds only the last.
SSL_CTX* context_of_clients() {
    static const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(
        SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    return context.get();
}

}  // namespace

IoLoop::IoLoop(Services& services, unsigned index)
    : services_(services),
      index_(index),
      subscribers_(services.directory, index),
      session_context_{services, subscribers_, codec_, index},
      deadlines_(uv_hrtime() / 1'000'000) {
    uv_loop_init(&loop_);
    start_handles();
    try {
        open_context();
    } catch (...) {
        close_handles();
        run();
        throw;
    }
}

// run() has closed everything; a loop that never ran closes it now.
IoLoop::~IoLoop() {
    if (context_ != nullptr) {
        Stop stop;
        handle(stop);
        run();
    }
}

void IoLoop::start_handles() {
    const auto init = [this]<typename Handle>(UvHandle<Handle>& into, auto&& start) {
        auto handle = std::make_unique<Handle>();
        start(handle.get());
        into.reset(handle.release());
        into->data = this;
    };
    init(wake_, [this](uv_async_t* handle) {
        uv_async_init(&loop_, handle,
                      [](uv_async_t* woken) { static_cast<IoLoop*>(woken->data)->read_mail(); });
    });
    init(ticker_, [this](uv_timer_t* handle) {
        uv_timer_init(&loop_, handle);
        uv_timer_start(
            handle, [](uv_timer_t* timer) { static_cast<IoLoop*>(timer->data)->tick(); },
            DeadlineWheel::granularity_ms, DeadlineWheel::granularity_ms);
    });
    init(after_, [this](uv_timer_t* handle) { uv_timer_init(&loop_, handle); });
    // Most frames are queued while polling; some by timers and by libwebsockets' idle work, which
    // run before the loop may sleep.
    init(after_poll_, [this](uv_check_t* handle) {
        uv_check_init(&loop_, handle);
        uv_check_start(handle, [](uv_check_t* check) {
            auto& loop = *static_cast<IoLoop*>(check->data);
            loop.polling_ = false;
            loop.flush();
            loop.go_on();
        });
    });
    init(before_poll_, [this](uv_prepare_t* handle) {
        uv_prepare_init(&loop_, handle);
        uv_prepare_start(handle, [](uv_prepare_t* prepare) {
            auto& loop = *static_cast<IoLoop*>(prepare->data);
            loop.go_on();
            loop.flush();
            loop.polling_ = true;
        });
    });
}

void IoLoop::open_context() {
    static const std::array protocols{
        lws_protocols{"pusher", &IoLoop::on_socket, 0, receive_buffer, 0, nullptr, largest_write},
        lws_protocols{nullptr, nullptr, 0, 0, 0, nullptr, 0}};
    // Sessions ping by themselves.
    static const lws_retry_bo_t no_pings{};

    std::array<void*, 1> loops{&loop_};
    lws_context_creation_info info{};
    info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
    info.protocols = protocols.data();
    info.user = this;
    info.foreign_loops = loops.data();
    info.retry_and_idle_policy = &no_pings;
    info.pt_serv_buf_size = largest_write;
    info.max_http_header_data = header_room;
    // The clock is ours: a peer's deadline, which no byte resets.
    info.timeout_secs = 3'600;
    info.keepalive_timeout = 3'600;
    // Whether a message is UTF-8 is ours to check: it may have to be inflated first.
    info.options = LWS_SERVER_OPTION_LIBUV;
    if (services_.config.compression.enabled) {
        info.extensions = compression_extensions();
        if (info.extensions == nullptr) {
            throw ConfigError("compression.enabled",
                              "compression cannot be had: this libwebsockets was built without "
                              "extensions (LWS_WITHOUT_EXTENSIONS). Set it to false, or use one "
                              "that was built with them, as Debian's is");
        }
    }
    if (!services_.config.tls.certificate_file.empty()) {
        // The certificate is not its business: each handshake gets the current one, see on_socket.
        info.options |=
            LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX;
        info.provided_client_ssl_ctx = context_of_clients();
        // On an HTTP/2 stream frames could not be written as they are.
        info.alpn = "http/1.1";
    }
    const std::scoped_lock lock(context_mutex);
    const LwsLogCapture log;
    context_ = lws_create_context(&info);
    // A failed one with a loop of ours is not null, but on its way to be destroyed: the caller
    // lets the loop run and ends it.
    if (context_ == nullptr || lws_get_vhost_by_name(context_, "default") == nullptr) {
        throw ConfigError("libwebsockets", log.explain());
    }
}

void IoLoop::run() {
    running_here = this;
    uv_run(&loop_, UV_RUN_DEFAULT);
    {
        // The first call began to close the context's handles, this one frees what is left.
        const std::scoped_lock lock(context_mutex);
        if (context_ != nullptr) {
            lws_context_destroy(std::exchange(context_, nullptr));
        }
    }
    uv_loop_close(&loop_);
    running_here = nullptr;
}

bool IoLoop::on_this_thread() const noexcept {
    return running_here == this;
}

void IoLoop::post(BroadcastPtr broadcast) {
    // At once, but never before what this thread was told earlier: that a user went, by the thread
    // of its last connection, stands before that it came again, by this one.
    if (on_this_thread() && mail_.empty() && mailbox_.empty()) {
        deliver(*broadcast);
    } else {
        waiting_bytes_.fetch_add(memory_of(*broadcast), std::memory_order_relaxed);
        send(std::move(broadcast));
    }
}

void IoLoop::terminate(const std::string& app_id, const std::string& user_id) {
    send(Terminate{app_id, user_id});
}

void IoLoop::send(IoMessage message) {
    Mailbox<IoMessage>& mailbox = stays_behind_broadcasts(message) ? mailbox_ : urgent_mailbox_;
    if (mailbox.put(std::move(message))) {
        // Another thread may still post while this one ends: what comes then is dropped.
        const std::scoped_lock lock(wake_mutex_);
        if (wake_) {
            uv_async_send(wake_.get());
        }
    }
}

// What comes behind a Stop is dropped: there is nothing left to handle it with.
void IoLoop::read_mail() {
    const std::uint64_t end = uv_hrtime() + mail_turn_ns;
    urgent_mailbox_.take(urgent_mail_);
    for (auto message = urgent_mail_.begin(); wake_ && message != urgent_mail_.end(); ++message) {
        open(*message);
    }
    urgent_mail_.clear();
    if (mail_.empty()) {
        mailbox_.take(mail_);
    }
    while (wake_ && opened_ < mail_.size() && uv_hrtime() < end) {
        IoMessage message = std::move(mail_[opened_++]);
        open(message);
    }
    if (opened_ == mail_.size()) {
        mail_.clear();
        opened_ = 0;
        if (mail_.capacity() > kept_mail) {
            mail_.shrink_to_fit();
        }
    }
    // Who put something meanwhile has woken this very call.
    if (wake_ && (!mail_.empty() || !mailbox_.empty())) {
        uv_async_send(wake_.get());
    }
}

void IoLoop::open(IoMessage& message) {
    try {
        std::visit([this](auto& content) { handle(content); }, message);
    } catch (const std::exception& error) {
        services_.log("error", "Message Between Threads Lost By A Fault", error.what());
    }
}

void IoLoop::adopt(AdoptClient client) {
    IoMessage message(std::move(client));
    if (on_this_thread()) {
        open(message);
    } else {
        send(std::move(message));
    }
}

void IoLoop::handle(BroadcastPtr& broadcast) {
    waiting_bytes_.fetch_sub(memory_of(*broadcast), std::memory_order_relaxed);
    deliver(*broadcast);
}

void IoLoop::deliver(const Broadcast& broadcast) {
    count(services_.counters.deliveries, subscribers_.deliver(broadcast));
}

void IoLoop::handle(Terminate& terminate) {
    for (Subscriber* subscriber : subscribers_.of_user(terminate.app_id, terminate.user_id)) {
        subscriber->terminate();
    }
}

void IoLoop::handle(SendTo& message) {
    if (Connection* connection = by_id_.find(message.to, peers_); connection != nullptr) {
        connection->send_for_application(message.frame);
    }
}

void IoLoop::handle(Disconnect& message) {
    if (Connection* connection = by_id_.find(message.whom, peers_); connection != nullptr) {
        connection->disconnect(message.code, message.reason);
    }
}

void IoLoop::handle(ApplicationAnswered& answered) {
    waits_.answered(answered.name);
}

void IoLoop::handle(ChannelReady& ready) {
    subscribe(session_context_.pending.take(ready.key), !services_.cluster->up());
}

void IoLoop::subscribe(const std::vector<PendingSubscriptions::Pending>& pending, bool degraded) {
    for (const auto& subscription : pending) {
        if (degraded) {
            services_.cluster->subscribed_degraded();
        }
        subscription.session->subscribe(subscription, now());
    }
}

void IoLoop::handle(FactsArrived& arrived) {
    facts_waits_.arrived(arrived.ticket, std::move(arrived.facts));
}

void IoLoop::ask(FactsWaiter& waiter, Question question) {
    const std::uint64_t ticket = facts_waits_.add(waiter);
    services_.cluster->ask(std::move(question), [this, ticket](FactsPtr facts) {
        send(FactsArrived{ticket, std::move(facts)});
    });
}

void IoLoop::handle(AdoptClient& client) {
    lws* socket =
        lws_adopt_socket_vhost(lws_get_vhost_by_name(context_, "default"), client.fd.release());
    if (socket == nullptr) {
        --load_;
        return;
    }
    // Its own timeouts stand in a sorted list that is walked from the front: ours are on the wheel.
    lws_set_timeout(socket, NO_PENDING_TIMEOUT, 0);
    Peer& peer = add(std::make_unique<HttpExchange>(*this, socket, std::move(client.address)));
    if (closing()) {
        peer.drain(now(), cut_at_ms_ - cut_margin_ms);
    }
}

void IoLoop::handle(AdoptPublisher& publisher) {
    auto link = std::make_unique<PublisherLink>(*this, loop_, std::move(publisher.fd));
    if (link->usable()) {
        links_.push_back(std::move(link));
    } else {
        --load_;
    }
}

void IoLoop::handle(Listen& listen) {
    acceptors_.emplace_back(loop_, std::move(listen.fd), std::move(listen.accepted));
}

void IoLoop::handle(StopListening& /*stop*/) {
    acceptors_.clear();
}

void IoLoop::handle(After& after) {
    after_task_ = std::move(after.task);
    uv_timer_start(
        after_.get(), [](uv_timer_t* timer) { static_cast<IoLoop*>(timer->data)->after_task_(); },
        static_cast<std::uint64_t>(after.delay.count()), 0);
}

void IoLoop::handle(Drain& drain) {
    cut_at_ms_ = now() + static_cast<std::uint64_t>(drain.timeout.count());
    send(CloseAll{drain.window});
}

void IoLoop::handle(CloseAll& close) {
    const auto window = static_cast<std::uint64_t>(close.window.count());
    std::minstd_rand random(std::random_device{}());
    std::uniform_int_distribution<std::uint64_t> jitter(0, window);
    const std::uint64_t end = cut_at_ms_ - cut_margin_ms;
    // Backwards: a peer that ends at once gives its place to the last one.
    for (std::size_t index = peers_.size(); index-- > 0;) {
        peers_[index]->drain(std::min(now() + jitter(random), end), end);
    }
    check_drained();
}

void IoLoop::check_drained() {
    if (!closing()) {
        return;
    }
    const auto waits = [](const auto& link) { return link->waiting(); };
    if (now() >= cut_at_ms_ || (peers_.empty() && std::ranges::none_of(links_, waits))) {
        drained_ = true;
    }
}

void IoLoop::handle(Stop& /*stop*/) {
    close_handles();
    const std::scoped_lock lock(context_mutex);
    lws_context_destroy(context_);
}

void IoLoop::close_handles() {
    {
        const std::scoped_lock lock(wake_mutex_);
        wake_.reset();
    }
    ticker_.reset();
    after_poll_.reset();
    before_poll_.reset();
    after_.reset();
    acceptors_.clear();
    links_.clear();
}

void IoLoop::tick() {
    deadlines_.advance(now());
    if (memory_.due(connections_)) {
        peers_.shrink_to_fit();
        return_free_memory();
    }
    for (Acceptor& acceptor : acceptors_) {
        acceptor.resume();
    }
    if (services_.cluster != nullptr) {
        const std::uint64_t since = now() - std::min(now(), Cluster::subscription_patience_ms);
        subscribe(session_context_.pending.take_overdue(since), true);
    }
    ApplicationLookups* lookups = services_.applications.lookups();
    if (lookups != nullptr) {
        const auto timeout =
            static_cast<std::uint64_t>(services_.config.application_timeout.count());
        waits_.overdue(now() - std::min(now(), timeout));
    }
    if (index_ == 0 && now() >= next_expiry_ms_) {
        next_expiry_ms_ = now() + expiry_interval_ms;
        services_.directory.expire(now());
        if (lookups != nullptr) {
            lookups->expire(now());
        }
    }
    if (index_ == 0 && services_.drain_wanted.exchange(false)) {
        services_.drain();
    }
    check_drained();
}

void IoLoop::flush() {
    if (flush_queue_.empty()) {
        return;
    }
    flushing_.swap(flush_queue_);
    for (Connection* connection : flushing_) {
        connection->flush_queued();
    }
    flushing_.clear();
    std::ranges::for_each(joiners_, &FrameJoiner::forget);
    // Who was sent something meanwhile has its turn yet.
    if (flush_queue_.empty()) {
        std::ranges::for_each(turn_frames_, &TurnFrames::forget);
    }
}

void IoLoop::go_on() {
    if (ready_.empty()) {
        return;
    }
    while (!ready_.empty()) {
        lws* socket = ready_.front()->socket_;
        ready_.pop_front();
        lws_pollfd writable{lws_get_socket_fd(socket), LWS_POLLOUT, LWS_POLLOUT};
        lws_service_fd(context_, &writable);
    }
    // Of what it has kept of earlier reads, requests that came together, libwebsockets takes up
    // some after each turn in which a socket was ready, and does not ask for another turn.
    if (lws_service_adjust_timeout(context_, 1, 0) == 0) {
        lws_cancel_service(context_);
    }
}

void IoLoop::unqueue(const Connection& connection, bool queued) noexcept {
    if (queued) {
        std::erase(flush_queue_, &connection);
    }
}

Peer& IoLoop::add(std::unique_ptr<Peer> peer) {
    lws_set_opaque_user_data(peer->socket_, peer.get());
    peer->index_ = peers_.size();
    return *peers_.emplace_back(std::move(peer));
}

void IoLoop::remove(Peer& peer) {
    lws_set_opaque_user_data(peer.socket_, nullptr);
    std::erase(ready_, &peer);
    const std::size_t index = peer.index_;
    peers_.back()->index_ = index;
    std::swap(peers_[index], peers_.back());
    peers_.pop_back();
    --load_;
    check_drained();
}

void IoLoop::remove(const PublisherLink& link) {
    std::erase_if(links_, [&](const auto& owned) { return owned.get() == &link; });
    --load_;
}

void IoLoop::connection_opened(Connection& connection) {
    ++connections_;
    compressed_ += connection.compressed() ? 1 : 0;
    by_id_.opened(connection);
}

void IoLoop::connection_closed(const Connection& connection) noexcept {
    by_id_.closed(connection);
    compressed_ -= connection.compressed() ? 1 : 0;
    memory_.closed();
    --connections_;
}

void IoLoop::upgrade(Peer& peer, lws* socket, const Handshake& handshake, bool compressed) {
    std::erase(ready_, &peer);
    if (compressed && compression_ == nullptr) {
        compression_ =
            std::make_unique<Compression>(services_.config.compression, services_.counters);
    }
    auto connection = std::make_unique<Connection>(*this, socket, compressed);
    Connection& opened = *connection;
    lws_set_opaque_user_data(socket, connection.get());
    connection->index_ = peer.index_;
    peers_[peer.index_] = std::move(connection);
    opened.open(handshake);
}

int IoLoop::on_socket(lws* socket, lws_callback_reasons reason, void* user, void* in,
                      std::size_t length) {
    // Of a context that is being made: `user` is its SSL_CTX, and there is no socket yet.
    if (reason == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS) {
        auto* loop = static_cast<IoLoop*>(lws_context_user(lws_get_context(socket)));
        loop->services_.certificate.serve(static_cast<ssl_ctx_st*>(user));
        return 0;
    }
    auto* peer = static_cast<Peer*>(lws_get_opaque_user_data(socket));
    if (peer == nullptr) {
        return 0;
    }
    IoLoop& loop = peer->loop_;
    try {
        return loop.on_peer(*peer, reason, in, length);
    } catch (const std::exception& error) {
        loop.services_.log("error", "Connection Ended By A Fault", error.what());
        return -1;
    }
}

int IoLoop::on_peer(Peer& peer, lws_callback_reasons reason, void* in, std::size_t length) {
    switch (reason) {
        // CONNECT would make it a raw socket.
        case LWS_CALLBACK_RAW_ADOPT:
            return -1;
        case LWS_CALLBACK_CLOSED:
        case LWS_CALLBACK_CLOSED_HTTP:
        case LWS_CALLBACK_WSI_DESTROY:
            remove(peer);
            return 0;
        default:
            return peer.on_event(reason, in, length);
    }
}

}  // namespace reverb
