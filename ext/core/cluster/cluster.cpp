#include "cluster/cluster.h"

#include <atomic>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/mailbox.h"
#include "base/quiet_thread.h"
#include "cluster/bucket_table.h"
#include "cluster/cluster_channels.h"
#include "cluster/cluster_context.h"
#include "cluster/cluster_counters.h"
#include "cluster/envelope.h"
#include "cluster/membership.h"
#include "cluster/names.h"
#include "cluster/questions.h"
#include "cluster/redis.h"
#include "net/event_loop.h"

namespace reverb {

namespace {

constexpr std::chrono::milliseconds goodbye{1'000};
constexpr std::chrono::milliseconds tick_interval{1'000};
// Of events that the cluster's thread has not come to take.
constexpr std::size_t max_mail_bytes = 64U << 20U;

// What other threads tell the cluster's.
struct Opened {
    std::string key;
};
struct Closed {
    std::string key;
};
struct Held {
    std::string key;
    MemberPtr member;
};
struct Released {
    std::string key;
    MemberPtr member;
};
struct Published {
    std::string key;
    FramePtr frame;
    SocketId except;
};
struct Terminated {
    std::string app_id;
    std::string user_id;
};
struct Asking {
    Question question;
    Cluster::Answered answered;
};
using Mail = std::variant<Opened, Closed, Held, Released, Published, Terminated, Asking>;

}  // namespace

class Cluster::Impl final : public Redis::Listener {
  public:
    Impl(Services& services, Ready ready);
    void start();
    void stop();
    void send(Mail mail);
    void publish(const std::string& key, const FramePtr& frame, SocketId except);
    [[nodiscard]] ClusterStats stats() const;
    [[nodiscard]] const Membership& membership() const noexcept { return membership_; }

    void redis_up() override;
    void redis_down(const std::string& why) override;
    void subscribed(const std::string& channel) override;
    void unsubscribed(const std::string& channel) override;
    void received(std::string_view channel, std::string_view message) override;

    Services& services_;
    ClusterCounters counters_;
    BucketTable buckets_;
    ClusterNames names_;
    NodeId self_ = NodeId::random();

  private:
    void read_mail();
    void handle(Opened& mail) { channels_.opened(mail.key); }
    void handle(Closed& mail) { channels_.closed(mail.key); }
    void handle(Held& mail) { channels_.held(mail.key, mail.member); }
    void handle(Released& mail) { channels_.released(mail.key, mail.member); }
    void handle(Published& mail) { channels_.publish(mail.key, mail.frame, mail.except); }
    void handle(Terminated& mail);
    void handle(Asking& mail) { questions_.ask(mail.question, std::move(mail.answered)); }

    void handle(NodeId /*from*/, const envelope::Event& event) { channels_.received(event); }
    void handle(NodeId /*from*/, envelope::PresenceChange& change) {
        channels_.received(std::move(change));
    }
    void handle(NodeId /*from*/, const envelope::Terminate& user) {
        services_.fan_out.terminate(user.app_id, user.user_id);
    }
    void handle(NodeId from, const envelope::Asked& asked) { questions_.received(from, asked); }
    void handle(NodeId /*from*/, envelope::Reply& reply) { questions_.received(reply); }
    void handle(NodeId from, const envelope::Load& load) { membership_.received(from, load); }

    void tell_why(const std::string& why);

    EventLoop loop_;
    Redis redis_;
    ClusterContext context_;
    ClusterChannels channels_;
    Membership membership_;
    Questions questions_;
    Mailbox<Mail> mailbox_;
    std::vector<Mail> mail_;
    std::atomic<std::size_t> mail_bytes_{0};
    mutable std::mutex why_mutex_;
    std::string why_ = "Redis is not connected yet.";
    std::thread thread_;
};

Cluster::Impl::Impl(Services& services, Ready ready)
    : services_(services),
      names_(services.config.scaling.prefix, services.config.scaling.channel),
      redis_(loop_, services.config.scaling.redis, counters_.redis, *this),
      context_{services, redis_, buckets_, counters_, names_, self_, std::move(ready)},
      channels_(context_),
      membership_(context_, {[this] { return channels_.nodes(); },
                             [this](NodeId node) {
                                 services_.log("info", "Node Gone", node.text());
                                 channels_.drop(node);
                             },
                             [this] { channels_.restore(); }}),
      questions_(context_, loop_) {
}

void Cluster::Impl::start() {
    loop_.post([this] {
        redis_.subscribe(names_.control());
        redis_.subscribe(names_.node(self_));
        redis_.start();
        loop_.every(tick_interval, [this] {
            membership_.tick();
            channels_.tick(monotonic_ms());
        });
        loop_.every(std::chrono::milliseconds(Membership::beat_interval_ms),
                    [this] { membership_.beat(); });
        if (services_.config.scaling.connections_of_cluster) {
            loop_.every(std::chrono::milliseconds(Membership::load_interval_ms),
                        [this] { membership_.tell_load(false); });
        }
    });
    thread_ = quiet_thread([this] { loop_.run(); });
}

void Cluster::Impl::stop() {
    if (!thread_.joinable()) {
        return;
    }
    loop_.post([this] {
        read_mail();
        membership_.leave();
        redis_.stop(goodbye, [this] { loop_.stop(); });
    });
    thread_.join();
}

void Cluster::Impl::send(Mail mail) {
    if (mailbox_.put(std::move(mail))) {
        loop_.post([this] { read_mail(); });
    }
}

void Cluster::Impl::publish(const std::string& key, const FramePtr& frame, SocketId except) {
    if (mail_bytes_.load(std::memory_order_relaxed) > max_mail_bytes) {
        return count(counters_.dropped);
    }
    mail_bytes_.fetch_add(frame->size(), std::memory_order_relaxed);
    send(Published{key, frame, except});
}

void Cluster::Impl::read_mail() {
    mailbox_.take(mail_);
    for (Mail& mail : mail_) {
        if (const auto* published = std::get_if<Published>(&mail)) {
            mail_bytes_.fetch_sub(published->frame->size(), std::memory_order_relaxed);
        }
        std::visit([this](auto& content) { handle(content); }, mail);
    }
    mail_.clear();
}

void Cluster::Impl::handle(Terminated& mail) {
    redis_.publish(names_.control(), envelope::terminate(self_, mail.app_id, mail.user_id));
}

void Cluster::Impl::tell_why(const std::string& why) {
    const std::scoped_lock lock(why_mutex_);
    why_ = why;
}

void Cluster::Impl::redis_up() {
    tell_why({});
    services_.log("info", "Redis Connected", "node " + self_.text());
    buckets_.down(false);
    // First, so that the others know this node before they see what it has.
    membership_.begin();
    channels_.redis_up();
}

void Cluster::Impl::redis_down(const std::string& why) {
    tell_why(why);
    services_.log("warning", "Redis Not Connected", why);
    buckets_.down(true);
    channels_.redis_down();
}

void Cluster::Impl::subscribed(const std::string& channel) {
    channels_.subscribed(channel);
}

void Cluster::Impl::unsubscribed(const std::string& channel) {
    channels_.unsubscribed(channel);
}

void Cluster::Impl::received(std::string_view /*channel*/, std::string_view message) {
    // Changes of presence are of interest also where they are one's own.
    const NodeId from = envelope::sender(message);
    const auto type =
        message.size() > 1 ? static_cast<envelope::Type>(message[1]) : envelope::Type::event;
    const bool presence = type == envelope::Type::held || type == envelope::Type::released;
    if (from == self_ && !presence) {
        return;
    }
    auto read = envelope::read(message);
    if (!read) {
        return count(counters_.unreadable);
    }
    std::visit([&](auto& content) { handle(from, content); }, read->content);
}

ClusterStats Cluster::Impl::stats() const {
    ClusterStats stats;
    stats.node = self_;
    stats.up = counters_.redis.up;
    {
        const std::scoped_lock lock(why_mutex_);
        stats.why = why_;
    }
    stats.nodes = counters_.nodes;
    stats.published = counters_.redis.published;
    stats.received = counters_.redis.received;
    stats.dropped = counters_.redis.dropped + counters_.dropped;
    stats.unconfirmed = counters_.redis.unconfirmed;
    stats.unreadable = counters_.unreadable;
    stats.reconnects = counters_.redis.reconnects;
    stats.errors = counters_.redis.errors;
    stats.queued_bytes = counters_.redis.queued_bytes;
    stats.subscriptions_degraded = counters_.subscriptions_degraded;
    stats.questions_incomplete = counters_.questions_incomplete;
    return stats;
}

Cluster::Cluster(Services& services, Ready ready)
    : impl_(std::make_unique<Impl>(services, std::move(ready))) {
}

Cluster::~Cluster() {
    stop();
}

void Cluster::start() {
    impl_->start();
}

void Cluster::stop() {
    impl_->stop();
}

void Cluster::publish(const std::string& key, const FramePtr& frame, SocketId except) {
    impl_->publish(key, frame, except);
}

void Cluster::terminate(const std::string& app_id, const std::string& user_id) {
    impl_->send(Terminated{app_id, user_id});
}

void Cluster::ask(Question question, Answered answered) {
    impl_->send(Asking{std::move(question), std::move(answered)});
}

std::uint64_t Cluster::connections_elsewhere(std::string_view app_id) const {
    return impl_->membership().connections_elsewhere(app_id);
}

bool Cluster::up() const noexcept {
    return impl_->counters_.redis.up.load(std::memory_order_relaxed);
}

void Cluster::subscribed_degraded() noexcept {
    count(impl_->counters_.subscriptions_degraded);
}

ClusterStats Cluster::stats() const {
    return impl_->stats();
}

bool Cluster::opened(std::string_view key) {
    const bool confirmed = impl_->buckets_.use(impl_->names_.bucket(key));
    impl_->send(Opened{std::string(key)});
    const ChannelKind kind = channel_kind(channel_of_key(key));
    return impl_->buckets_.down() || (confirmed && !kind.presence && !kind.cache);
}

void Cluster::closed(std::string_view key) {
    impl_->buckets_.unuse(impl_->names_.bucket(key));
    impl_->send(Closed{std::string(key)});
}

void Cluster::held(std::string_view key, const MemberPtr& member) {
    impl_->send(Held{std::string(key), member});
}

bool Cluster::released(std::string_view key, const MemberPtr& member) {
    impl_->send(Released{std::string(key), member});
    return up();
}

}  // namespace reverb
