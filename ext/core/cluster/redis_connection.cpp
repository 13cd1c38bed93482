#include "cluster/redis_connection.h"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "base/clock.h"
#include "cluster/redis_login.h"
#include "cluster/redis_message.h"

namespace reverb {

using std::chrono::milliseconds;

namespace {

// Requests that are joined into one write.
constexpr std::size_t chunk_size = 256U << 10U;

RedisParty party_of(const RedisContext& context, const ClientAddress& address,
                    RedisConnection::Use use) {
    const RedisConfig& config = context.config;
    RedisParty party;
    party.address = address;
    party.tls = config.tls;
    party.is_sentinel = use == RedisConnection::Use::sentinel;
    party.origin = !config.cluster.empty()     ? RedisParty::Origin::cluster
                   : !config.sentinels.empty() ? RedisParty::Origin::sentinels
                                               : RedisParty::Origin::host;
    return party;
}

}  // namespace

RedisConnection::RedisConnection(RedisContext& context, const ClientAddress& address, Use use,
                                 Listener& listener)
    : context_(context),
      party_(party_of(context, address, use)),
      use_(use),
      listener_(listener),
      unsent_(context),
      deadline_(context.loop),
      pings_(context.loop),
      asks_role_(use == Use::commands) {
}

void RedisConnection::open(const std::string& peer) {
    const milliseconds timeout = context_.config.connect_timeout;
    ClientAddress address = party_.address;
    std::optional<TlsOptions> tls = context_.tls;
    if (!peer.empty()) {
        // The certificate has to be the host's all the same.
        if (tls && tls->peer_name.empty()) {
            tls->peer_name = address.host;
        }
        address.host = peer;
    }
    stream_ = std::make_unique<ClientStream>(context_.loop, address, std::move(tls), timeout,
                                             static_cast<ClientStream::Listener&>(*this));
    deadline_.after(timeout, [this, timeout] { fail(redis_silent(party_, timeout)); });
}

void RedisConnection::close() {
    stream_.reset();
    deadline_.cancel();
    pings_.cancel();
    ready_ = false;
}

void RedisConnection::fail(const std::string& why) {
    if (stream_ != nullptr) {
        const auto keep = shared_from_this();
        close();
        listener_.failed(why);
    }
}

bool RedisConnection::idle() const noexcept {
    return unsent_.empty() &&
           std::all_of(awaited_.begin(), awaited_.end(),
                       [](const RedisRequest& one) { return one.kind == RedisRequest::Kind::own; });
}

void RedisConnection::opened() {
    shake_hands();
}

// All in one write. PING is what a server refuses to answer while it loads its data, and to whom
// has not authenticated.
void RedisConnection::shake_hands() {
    const RedisConfig& config = context_.config;
    const auto expect_ok = [this](const RedisReply& reply) { check(reply); };
    if (const auto login = redis_login(config, use_ == Use::sentinel); !login.empty()) {
        shake(login, expect_ok);
    }
    if (use_ == Use::commands && config.database != 0) {
        shake({"SELECT", std::to_string(config.database)}, expect_ok);
    }
    shake({"PING"}, expect_ok);
    if (asks_role_) {
        shake({"ROLE"}, [this](const RedisReply& reply) { check_role(reply); });
    }
}

void RedisConnection::shake(const std::vector<std::string_view>& words, Check check) {
    ++shaking_;
    ask(words, [this, check = std::move(check)](const RedisReply& reply) {
        check(reply);
        if (--shaking_ == 0 && stream_ != nullptr) {
            become_ready();
        }
    });
}

void RedisConnection::ask(const std::vector<std::string_view>& words, Check done) {
    RedisRequest request;
    request.bytes = redis_command(words);
    request.done = std::move(done);
    send(std::move(request));
}

void RedisConnection::check(const RedisReply& reply) {
    if (reply.failed()) {
        fail(refusal(reply));
    }
}

void RedisConnection::check_role(const RedisReply& reply) {
    // A user may be allowed all that is needed and not this; a replica then shows by READONLY.
    if (reply.is_error("NOPERM") || reply.is_error("ERR")) {
        asks_role_ = false;
        return;
    }
    if (reply.failed() || reply.elements.empty()) {
        return check(reply);
    }
    const std::string& role = reply.elements.front().text;
    if (role != "master") {
        fail(redis_wrong_role(party_, role));
    }
}

void RedisConnection::become_ready() {
    ready_ = true;
    deadline_.cancel();
    pings_.every(context_.config.ping_interval, [this] { ping(); });
    listener_.ready();
}

void RedisConnection::ping() {
    if (pinged_) {
        return;
    }
    pinged_ = true;
    const auto answered = [this](const RedisReply& reply) {
        pinged_ = false;
        deadline_.cancel();
        asks_role_ ? check_role(reply) : check(reply);
    };
    ask({asks_role_ ? "ROLE" : "PING"}, answered);
    deadline_.after(context_.config.ping_timeout, [this] { ping_due(); });
}

// Who sends anything else lives: the answer may stand behind much that is on its way.
void RedisConnection::ping_due() {
    const milliseconds timeout = context_.config.ping_timeout;
    const milliseconds silence(monotonic_ms() - heard_);
    if (silence < timeout) {
        deadline_.after(timeout - silence, [this] { ping_due(); });
    } else {
        fail(party_.name() + " has not answered for " + std::to_string(silence.count()) + " ms.");
    }
}

void RedisConnection::closed(ClientStream::End end, const std::string& why) {
    switch (end) {
        case ClientStream::End::unreachable:
            return fail(redis_unreachable(party_, why));
        case ClientStream::End::tls:
            return fail(redis_without_tls(party_, why));
        case ClientStream::End::lost:
            return fail(ready_ ? "The connection to " + party_.name() + " was lost: " + why + "."
                               : redis_hung_up(party_, why));
    }
}

void RedisConnection::received(std::string_view bytes) {
    const auto keep = shared_from_this();
    heard_ = monotonic_ms();
    try {
        reader_.feed(bytes);
        while (stream_ != nullptr) {
            const RedisReply* const reply = reader_.next();
            if (reply == nullptr) {
                break;
            }
            take(*reply);
        }
    } catch (const RespError& error) {
        fail(party_.name() + " does not speak Redis' protocol: " + error.what() + ".");
    }
}

void RedisConnection::take(const RedisReply& reply) {
    if (unasked(reply)) {
        return listener_.pushed(reply);
    }
    if (awaited_.empty()) {
        return fail(refusal(reply));
    }
    RedisRequest request = std::move(awaited_.front());
    awaited_.pop_front();
    if (request.kind == RedisRequest::Kind::own) {
        request.finish(reply);
    } else {
        listener_.answered(std::move(request), reply);
    }
}

// Messages, and the end of a subscription whose slot has moved: told like an answer to
// SUNSUBSCRIBE.
bool RedisConnection::unasked(const RedisReply& reply) const {
    if (use_ != Use::subscriptions || reply.elements.size() != 3) {
        return false;
    }
    const std::string& what = reply.elements.front().text;
    if (what == "message" || what == "smessage") {
        return true;
    }
    return what == "sunsubscribe" &&
           (awaited_.empty() || awaited_.front().kind != RedisRequest::Kind::unsubscribe ||
            awaited_.front().subject != reply.elements[1].text);
}

void RedisConnection::send(RedisRequest request) {
    unsent_.push(std::move(request));
    if (!flushing_) {
        flushing_ = true;
        context_.loop.defer([weak = weak_from_this()] {
            if (const auto connection = weak.lock()) {
                connection->flushing_ = false;
                connection->flush();
            }
        });
    }
}

void RedisConnection::sent() {
    flush();
}

// What the kernel does not take stays here, where the oldest can be dropped.
void RedisConnection::flush() {
    while (stream_ != nullptr && !stream_->busy() && !unsent_.empty()) {
        std::string bytes;
        while (!unsent_.empty() && bytes.size() < chunk_size) {
            awaited_.push_back(unsent_.pop());
            append(bytes, awaited_.back());
        }
        stream_->write(std::move(bytes));
    }
}

void RedisConnection::append(std::string& bytes, RedisRequest& request) {
    if (request.kind == RedisRequest::Kind::script) {
        const bool known = !known_scripts_.insert(request.script).second;
        append_resp_array(bytes, request.words + 2);
        append_resp_word(bytes, known ? "EVALSHA" : "EVAL");
        append_resp_word(bytes, known ? request.script->sha1 : request.script->text);
    }
    bytes += request.bytes;
    // Kept only where it may have to be sent again.
    if (request.kind != RedisRequest::Kind::script && context_.config.cluster.empty()) {
        request.bytes = {};
    }
}

}  // namespace reverb
