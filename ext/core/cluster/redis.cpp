#include "cluster/redis.h"

#include <array>
#include <utility>

#include "base/clock.h"
#include "cluster/redis_backend.h"
#include "cluster/redis_context.h"
#include "cluster/redis_sharded.h"
#include "cluster/redis_single.h"
#include "net/loop_timer.h"

namespace reverb {

using std::chrono::milliseconds;

namespace {

// How often a stop looks whether all has been sent and answered.
constexpr milliseconds stop_interval{5};

// Files that cannot be used are known before anything is connected to.
void check(const TlsOptions& options, const char* setting) {
    try {
        const TlsSession trial(options, "localhost");
    } catch (const TlsError& error) {
        throw ConfigError(setting, std::string(setting) + ": " + error.what());
    }
}

std::optional<TlsOptions> tls_options(const RedisConfig& config) {
    if (!config.tls) {
        return std::nullopt;
    }
    TlsOptions options;
    options.ca_file = config.ca_file;
    options.ca_path = config.ca_path;
    options.verify_peer = config.verify_peer;
    check(options, config.ca_file.empty() ? "scaling.server.ca_path" : "scaling.server.ca_file");
    options.peer_name = config.peer_name;
    check(options, "scaling.server.peer_name");
    options.certificate_file = config.certificate_file;
    options.private_key_file = config.private_key_file;
    check(options, "scaling.server.certificate_file");
    return options;
}

}  // namespace

struct Redis::Impl : RedisBackend::Listener {
    enum class State : std::uint8_t { off, on, stopping, stopped };

    RedisContext context;
    Redis::Listener& listener;
    State state = State::off;
    std::string reason;  // for being down, that the listener knows
    LoopTimer stop_timer;
    std::unique_ptr<RedisBackend> backend;

    Impl(EventLoop& loop, const RedisConfig& config, RedisCounters& counters,
         Redis::Listener& listener)
        : context{loop, config, tls_options(config), counters},
          listener(listener),
          stop_timer(loop) {
        if (config.cluster.empty()) {
            backend = std::make_unique<RedisSingle>(context, *this);
        } else {
            backend = std::make_unique<RedisSharded>(context, *this);
        }
    }

    void backend_up() override {
        context.counters.up = true;
        reason.clear();
        if (state == State::on) {
            listener.redis_up();
        }
    }

    void backend_down(const std::string& why) override {
        context.counters.up = false;
        if (state == State::on && reason != why) {
            reason = why;
            listener.redis_down(why);
        }
    }

    void subscribed(const std::string& channel) override {
        if (state == State::on) {
            listener.subscribed(channel);
        }
    }

    void unsubscribed(const std::string& channel) override {
        if (state == State::on) {
            listener.unsubscribed(channel);
        }
    }

    void received(std::string_view channel, std::string_view message) override {
        listener.received(channel, message);
    }

    void send(RedisRequest request) {
        if (state == State::stopping || state == State::stopped) {
            context.loop.defer([done = std::move(request.done)] {
                if (done) {
                    done(lost_reply("the server stops"));
                }
            });
            return;
        }
        backend->send(std::move(request));
    }

    void close() {
        stop_timer.cancel();
        state = State::stopped;
        context.counters.up = false;
        backend->close();
    }
};

Redis::Redis(EventLoop& loop, const RedisConfig& config, RedisCounters& counters,
             Listener& listener)
    : impl_(std::make_unique<Impl>(loop, config, counters, listener)) {
}

Redis::~Redis() {
    impl_->close();
}

void Redis::start() {
    impl_->state = Impl::State::on;
    impl_->backend->start();
}

void Redis::stop(milliseconds patience, std::function<void()> done) {
    impl_->state = Impl::State::stopping;
    const std::uint64_t end = monotonic_ms() + static_cast<std::uint64_t>(patience.count());
    impl_->stop_timer.every(stop_interval, [this, end, done = std::move(done)] {
        if (!impl_->backend->idle() && monotonic_ms() < end) {
            return;
        }
        EventLoop& loop = impl_->context.loop;
        // Handles close at the end of this turn; the second of these tasks is of a later one.
        loop.post([&loop, done] { loop.post(done); });
        impl_->close();
    });
}

bool Redis::up() const {
    return impl_->backend->up();
}

bool Redis::up(std::string_view key) const {
    return impl_->backend->up(key);
}

bool Redis::up_in_part() const {
    return impl_->backend->up_in_part();
}

bool Redis::sharded() const {
    return !impl_->context.config.cluster.empty();
}

void Redis::subscribe(const std::string& channel) {
    impl_->backend->subscribe(channel);
}

void Redis::unsubscribe(const std::string& channel) {
    impl_->backend->unsubscribe(channel);
}

void Redis::publish(std::string channel, std::string_view message, Done done) {
    RedisRequest request;
    request.kind = RedisRequest::Kind::publish;
    request.bytes = redis_command(
        std::array<std::string_view, 3>{sharded() ? "SPUBLISH" : "PUBLISH", channel, message});
    request.done = std::move(done);
    request.subject = std::move(channel);
    impl_->send(std::move(request));
}

void Redis::command(std::string_view key, const std::vector<std::string>& words, Done done) {
    RedisRequest request;
    request.kind = RedisRequest::Kind::command;
    append_resp_array(request.bytes, words.size());
    for (const std::string& word : words) {
        append_resp_word(request.bytes, word);
    }
    request.done = std::move(done);
    request.subject = key;
    impl_->send(std::move(request));
}

void Redis::script(const RedisScript& script, std::vector<std::string> keys,
                   const std::vector<std::string>& arguments, Done done) {
    RedisRequest request;
    request.kind = RedisRequest::Kind::script;
    request.script = &script;
    request.words = 1 + keys.size() + arguments.size();
    append_resp_word(request.bytes, std::to_string(keys.size()));
    for (const std::string& key : keys) {
        append_resp_word(request.bytes, key);
    }
    for (const std::string& argument : arguments) {
        append_resp_word(request.bytes, argument);
    }
    request.done = std::move(done);
    request.subject = keys.empty() ? std::string() : std::move(keys.front());
    impl_->send(std::move(request));
}

}  // namespace reverb
