#include "cluster/redis_endpoint.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/clock.h"
#include "counters.h"

namespace reverb {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds first_wait{100};
constexpr milliseconds longest_wait{5'000};
// Whoever was up for so long is tried again soon.
constexpr std::uint64_t steady_ms = 5'000;

// It was not executed, since its slot is elsewhere or nowhere at the moment.
bool is_redirection(const RedisReply& reply) {
    return reply.is_error("MOVED") || reply.is_error("ASK") || reply.is_error("TRYAGAIN") ||
           reply.is_error("CLUSTERDOWN");
}

// Whoever says so is not, or no longer, a master that can be used.
bool is_unfit(const RedisReply& reply) {
    return reply.is_error("READONLY") || reply.is_error("LOADING") ||
           reply.is_error("MASTERDOWN") || reply.is_error("NOAUTH");
}

}  // namespace

struct RedisEndpoint::Side : RedisConnection::Listener {
    explicit Side(RedisEndpoint& endpoint) : endpoint(endpoint) {}
    RedisEndpoint& endpoint;

    void ready() override { endpoint.opened(); }
    void answered(RedisRequest request, const RedisReply& reply) override {
        endpoint.answered(std::move(request), reply);
    }
    void pushed(const RedisReply& reply) override { endpoint.pushed(reply); }
    void failed(const std::string& why) override { endpoint.fail(why); }
};

RedisEndpoint::RedisEndpoint(RedisContext& context, std::unique_ptr<RedisLocator> locator,
                             bool sharded, Listener& listener)
    : context_(context),
      locator_(std::move(locator)),
      sharded_(sharded),
      listener_(listener),
      side_(std::make_unique<Side>(*this)),
      waiting_(context),
      back_off_(first_wait, longest_wait),
      retry_(context.loop) {
}

RedisEndpoint::~RedisEndpoint() {
    close("the server stops");
}

void RedisEndpoint::start() {
    attempt();
}

void RedisEndpoint::attempt() {
    state_ = State::locating;
    locator_->locate([this](const std::optional<ClientAddress>& address, const std::string& why) {
        address ? open(*address) : fail(why);
    });
}

void RedisEndpoint::open(const ClientAddress& address) {
    state_ = State::opening;
    address_ = address;
    commands_ = connect(RedisConnection::Use::commands, {});
}

std::shared_ptr<RedisConnection> RedisEndpoint::connect(RedisConnection::Use use,
                                                        const std::string& peer) {
    auto connection = std::make_shared<RedisConnection>(context_, address_, use, *side_);
    connection->open(peer);
    return connection;
}

bool RedisEndpoint::connected() const noexcept {
    return subscriptions_ != nullptr && subscriptions_->ready();
}

// A name may have the addresses of several servers, and who is subscribed to another one than the
// master hears nothing: the second connection goes where the first has found the master.
void RedisEndpoint::opened() {
    if (subscriptions_ == nullptr) {
        subscriptions_ = connect(RedisConnection::Use::subscriptions, commands_->peer());
        return;
    }
    for (const std::string& channel : channels_) {
        send_subscription(RedisRequest::Kind::subscribe, channel);
    }
    if (unconfirmed_ == 0) {
        become_up();
    }
}

void RedisEndpoint::become_up() {
    state_ = State::up;
    up_since_ = monotonic_ms();
    if (std::exchange(was_up_, true)) {
        count(context_.counters.reconnects);
    }
    listener_.endpoint_up(*this);
    // Those that the listener has just published stand behind.
    while (state_ == State::up && !waiting_.empty()) {
        commands_->send(waiting_.pop());
    }
}

bool RedisEndpoint::idle() const noexcept {
    return state_ != State::up || (waiting_.empty() && commands_->idle());
}

void RedisEndpoint::reconnect(const std::string& why) {
    if (state_ == State::up) {
        fail(why);
    }
}

void RedisEndpoint::fail(const std::string& why) {
    if (state_ == State::up && monotonic_ms() - up_since_ > steady_ms) {
        back_off_.reset();
    }
    state_ = State::waiting;
    const auto lost = disconnect();
    waiting_.bound(RedisQueue::max_messages);
    retry_.after(back_off_.next(), [this] { attempt(); });
    listener_.endpoint_down(*this, why);
    for (const RedisRequest& request : lost) {
        request.finish(lost_reply(why));
    }
}

void RedisEndpoint::close(const std::string& why) {
    state_ = State::off;
    std::vector<RedisRequest> lost = disconnect();
    while (!waiting_.empty()) {
        count(context_.counters.dropped);
        lost.push_back(waiting_.pop());
    }
    for (const RedisRequest& request : lost) {
        request.finish(lost_reply(why));
    }
}

// Ends both connections. Publishes that were not sent wait for the next ones; what was sent must
// never be sent again, and is returned together with the commands.
std::vector<RedisRequest> RedisEndpoint::disconnect() {
    locator_->cancel();
    retry_.cancel();
    unconfirmed_ = 0;
    if (subscriptions_ != nullptr) {
        subscriptions_->close();
        subscriptions_.reset();
    }
    std::vector<RedisRequest> lost;
    if (commands_ == nullptr) {
        return lost;
    }
    commands_->close();
    for (RedisRequest& request : commands_->awaited()) {
        if (request.is_publish()) {
            count(context_.counters.unconfirmed);
        }
        lost.push_back(std::move(request));
    }
    commands_->awaited().clear();
    while (!commands_->unsent().empty()) {
        RedisRequest request = commands_->unsent().pop();
        if (request.is_publish()) {
            waiting_.push(std::move(request));
        } else {
            lost.push_back(std::move(request));
        }
    }
    commands_.reset();
    // The connection's own questions ask for nothing that anybody waits for.
    std::erase_if(
        lost, [](const RedisRequest& request) { return request.kind == RedisRequest::Kind::own; });
    return lost;
}

void RedisEndpoint::send(RedisRequest request) {
    if (request.is_publish() && (state_ != State::up || !waiting_.empty())) {
        waiting_.push(std::move(request));
        return waiting_.bound(RedisQueue::max_messages);
    }
    if (state_ != State::up) {
        return lose_soon(context_, std::move(request), "there is no connection to Redis");
    }
    RedisQueue& unsent = commands_->unsent();
    // One that is larger than all of it, the members of a huge channel, is sent nevertheless.
    if (!request.is_publish() && unsent.command_bytes() > RedisQueue::max_bytes) {
        return lose_soon(context_, std::move(request), "too much waits for Redis");
    }
    commands_->send(std::move(request));
    unsent.bound(std::numeric_limits<std::size_t>::max());
}

void RedisEndpoint::send_asking(RedisRequest request) {
    if (state_ == State::up) {
        RedisRequest asking;
        asking.bytes = redis_command(std::array<std::string_view, 1>{"ASKING"});
        commands_->send(std::move(asking));
    }
    send(std::move(request));
}

void RedisEndpoint::add_slots_in_flight(std::set<std::uint16_t>& slots) const {
    if (commands_ == nullptr) {
        return;
    }
    const auto add = [&](const RedisRequest& request) {
        if (request.number != 0) {
            slots.insert(request.slot);
        }
    };
    std::for_each(commands_->awaited().begin(), commands_->awaited().end(), add);
    std::for_each(commands_->unsent().begin(), commands_->unsent().end(), add);
}

void RedisEndpoint::subscribe(const std::string& channel) {
    channels_.insert(channel);
    send_subscription(RedisRequest::Kind::subscribe, channel);
}

void RedisEndpoint::unsubscribe(const std::string& channel) {
    if (channels_.erase(channel) > 0) {
        send_subscription(RedisRequest::Kind::unsubscribe, channel);
    }
}

// One channel a command, so that each has an answer of its own. Before both connections are ready
// channels are only remembered.
void RedisEndpoint::send_subscription(RedisRequest::Kind kind, const std::string& channel) {
    if (!connected()) {
        return;
    }
    const bool begin = kind == RedisRequest::Kind::subscribe;
    const std::string_view word = begin ? (sharded_ ? "SSUBSCRIBE" : "SUBSCRIBE")
                                        : (sharded_ ? "SUNSUBSCRIBE" : "UNSUBSCRIBE");
    RedisRequest request;
    request.kind = kind;
    request.subject = channel;
    request.bytes = redis_command(std::array<std::string_view, 2>{word, channel});
    if (begin) {
        ++unconfirmed_;
    }
    subscriptions_->send(std::move(request));
}

void RedisEndpoint::answered(RedisRequest request, const RedisReply& reply) {
    if (request.kind == RedisRequest::Kind::unsubscribe) {
        return;
    }
    if (request.kind == RedisRequest::Kind::question) {
        return request.finish(reply);
    }
    if (request.kind == RedisRequest::Kind::subscribe) {
        return subscription_answered(request, reply);
    }
    if (!reply.failed()) {
        if (request.is_publish()) {
            count(context_.counters.published);
        }
        return request.finish(reply);
    }
    if (sharded_ && is_redirection(reply) && listener_.redirected(*this, request, reply)) {
        return;
    }
    if (request.script != nullptr && reply.is_error("NOSCRIPT") && request.redirections++ == 0) {
        commands_->forget(*request.script);
        return commands_->send(std::move(request));
    }
    count(context_.counters.errors);
    const std::string why = is_unfit(reply) ? commands_->refusal(reply) : std::string();
    request.finish(reply);
    if (!why.empty()) {
        reconnect(why);
    }
}

void RedisEndpoint::subscription_answered(const RedisRequest& request, const RedisReply& reply) {
    --unconfirmed_;
    if (!reply.failed()) {
        if (channels_.contains(request.subject)) {
            listener_.subscribed(request.subject);
        }
    } else if (sharded_ && is_redirection(reply)) {
        listener_.unsubscribed(*this, request.subject, reply.text);
    } else {
        return fail(subscriptions_->refusal(reply));
    }
    if (unconfirmed_ == 0 && state_ == State::opening && connected()) {
        become_up();
    }
}

void RedisEndpoint::pushed(const RedisReply& reply) {
    const std::string& channel = reply.elements[1].text;
    if (reply.elements.front().text != "sunsubscribe") {
        count(context_.counters.received);
        listener_.received(channel, reply.elements[2].text);
    } else if (channels_.contains(channel)) {
        listener_.unsubscribed(*this, channel, {});
    }
}

}  // namespace reverb
