#include "pusher/session.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "app/origin_policy.h"
#include "base/clock.h"
#include "base/frame.h"
#include "base/hmac.h"
#include "channel/channel_name.h"
#include "channel/publishing.h"
#include "cluster/cluster.h"

namespace reverb {

namespace {

constexpr std::string_view invalid_format = "Invalid message format";
constexpr std::string_view unauthorized = "Connection is unauthorized";
constexpr std::uint64_t ms_per_second = 1'000;

}  // namespace

Session::Session(SessionContext& context, Transport& transport)
    : Subscriber(SocketId::random()), context_(context), transport_(transport) {
}

Session::~Session() {
    end();
}

void Session::end() {
    if (!established()) {
        return;
    }
    for (const std::string& key : context_.subscribers.channels(*this)) {
        leave(key);
    }
    if (std::exchange(pending_, 0) > 0) {
        for (const std::string& key : context_.pending.remove(*this)) {
            context_.services.directory.unreserve(key);
        }
    }
    application_->usage().release_connection();
    hook(Hook::connection_closed);
    if (context_.services.debug()) {
        context_.services.log("debug", "Connection Closed", id().text());
    }
    application_.reset();
}

bool Session::open(const Handshake& handshake, std::uint64_t now_ms) {
    FoundApplication found = context_.services.applications.by_key(handshake.key);
    switch (found.state) {
        case FoundApplication::State::known:
            admit(std::move(found.application), handshake, now_ms);
            return true;
        case FoundApplication::State::awaited:
            return false;
        case FoundApplication::State::unavailable:
            refuse(CloseCode::backoff, "The application could not be looked up. Try again.");
            return true;
        default:
            refuse(CloseCode::unknown_application, "Application does not exist");
            return true;
    }
}

void Session::admit(ApplicationStatePtr application, const Handshake& handshake,
                    std::uint64_t now_ms) {
    if (!origin_allowed(application->settings().allowed_origins, handshake.origin)) {
        return refuse(CloseCode::unauthorized, "Origin not allowed");
    }
    std::optional<std::uint32_t> limit = application->settings().max_connections;
    if (limit && context_.services.cluster != nullptr) {
        const std::uint64_t elsewhere =
            context_.services.cluster->connections_elsewhere(application->settings().id);
        *limit -= static_cast<std::uint32_t>(std::min<std::uint64_t>(elsewhere, *limit));
    }
    if (!application->usage().admit_connection(limit)) {
        return refuse(CloseCode::over_connection_quota, "Application is over connection quota");
    }
    application_ = std::move(application);
    last_seen_ms_ = now_ms;
    if (!handshake.origin.empty() && context_.services.hooks.connections_wanted()) {
        origin_ = std::make_unique<const std::string>(handshake.origin);
    }
    count(context_.services.counters.connections_opened);
    send(frames::connection_established(id(), application_->settings().activity_timeout));
    hook(Hook::connection_opened, {}, handshake.address);
    if (context_.services.debug()) {
        context_.services.log("debug", "Connection Established", id().text());
    }
}

void Session::receive(std::string_view message, std::uint64_t now_ms) {
    if (!established()) {
        return;
    }
    now_ms_ = now_ms;
    touch(now_ms);
    count(context_.services.counters.messages_received);
    application_->usage().message_received(context_.thread);
    if (context_.services.debug()) {
        context_.services.log("debug", "Message Received",
                              id().text() + " " + std::string(message));
    }
    if (!within_rate(now_ms)) {
        return;
    }
    const auto parsed = context_.codec.message(message);
    if (!(parsed ? handle(*parsed, message) : refuse_message(invalid_format))) {
        return;
    }
    hook(Hook::message_received, {}, message);
    if (context_.services.debug()) {
        context_.services.log("debug", "Message Handled", id().text());
    }
}

void Session::touch(std::uint64_t now_ms) noexcept {
    last_seen_ms_ = now_ms;
    pinged_ms_ = 0;
}

std::uint64_t Session::heartbeat(std::uint64_t now_ms) {
    const Application& settings = application_->settings();
    const std::uint64_t idle_until = last_seen_ms_ + settings.ping_interval * ms_per_second;
    if (now_ms < idle_until) {
        return idle_until;
    }
    const std::uint64_t patience = settings.activity_timeout * ms_per_second;
    if (pinged_ms_ == 0) {
        pinged_ms_ = now_ms;
        send(frames::ping());
        if (context_.services.debug()) {
            context_.services.log("debug", "Connection Pinged", id().text());
        }
    }
    const std::uint64_t given_up = pinged_ms_ + patience;
    if (now_ms < given_up) {
        // An answer in between starts ping_interval anew, and that may end first.
        return std::min(given_up, now_ms + settings.ping_interval * ms_per_second);
    }
    hook(Hook::connection_pruned, {},
         std::to_string(unix_seconds() -
                        static_cast<std::int64_t>((now_ms - last_seen_ms_) / ms_per_second)));
    if (context_.services.debug()) {
        context_.services.log("debug", "Connection Pruned", id().text());
    }
    refuse(CloseCode::pong_not_received, "Pong reply not received in time");
    // The others need not wait for the socket.
    end();
    return now_ms + patience;
}

std::size_t Session::max_message_size() const noexcept {
    return established() ? application_->settings().max_message_size : 0;
}

bool Session::within_rate(std::uint64_t now_ms) {
    const RateLimit& limit = application_->settings().rate_limit;
    if (!limit.enabled) {
        return true;
    }
    if (now_ms >= window_end_ms_) {
        window_end_ms_ = now_ms + limit.decay_seconds * ms_per_second;
        window_count_ = 0;
    }
    if (++window_count_ <= limit.max_attempts) {
        return true;
    }
    error(CloseCode::client_event_rejected, "Rate limit exceeded");
    if (limit.terminate_on_limit) {
        // Not 4301: pusher-js takes that close as refused for good.
        transport_.close(CloseCode::backoff, "Rate limit exceeded");
    }
    return false;
}

bool Session::handle(const ClientMessage& message, std::string_view text) {
    const std::string_view event = message.event;
    if (event.starts_with("client-")) {
        return client_event(message, text);
    }
    if (event == "pusher:subscribe") {
        return subscribe(message);
    }
    if (event == "pusher:unsubscribe") {
        return unsubscribe(message);
    }
    if (event == "pusher:ping") {
        send(frames::pong());
        return true;
    }
    // Events of other names are nobody's business here: Laravel hears of them by the hook.
    return !event.starts_with("pusher:") || event == "pusher:pong" ||
           refuse_message(invalid_format);
}

bool Session::subscribe(const ClientMessage& message) {
    const auto data = context_.codec.subscription(message);
    if (!data) {
        return refuse_message(invalid_format);
    }
    if (!valid_channel_name(data->channel)) {
        return refuse_message("Invalid channel name");
    }
    if (reserved_channel_name(data->channel) || !authorized(*data)) {
        count(context_.services.counters.auth_failures);
        // Echo's error() binds the first, applications written for laravel/reverb the second.
        send(frames::subscription_error(data->channel, "AuthError", unauthorized, 401));
        error(CloseCode::unauthorized, unauthorized);
        return false;
    }
    const std::string key = channel_key(application_->settings().id, data->channel);
    MemberPtr member;
    if (channel_kind(data->channel).presence) {
        member = context_.codec.member(data->channel_data);
        if (member == nullptr) {
            return refuse_message(invalid_format);
        }
    }
    if (context_.subscribers.subscribed(*this, key)) {
        const MemberPtr before = context_.subscribers.member(*this, key);
        if (before == nullptr || before->id == member->id) {
            send(frames::subscription_succeeded(data->channel,
                                                context_.services.directory.presence(key)));
            return true;
        }
        leave(key);
    }
    join_when_ready(key, member);
    return true;
}

void Session::join_when_ready(const std::string& key, const MemberPtr& member) {
    if (context_.services.cluster == nullptr) {
        return join(key, member);
    }
    Directory& directory = context_.services.directory;
    if (directory.reserve(key, context_.thread)) {
        // It became ready before the one that waits for it was told.
        if (pending_ > 0 && context_.pending.remove(*this, key)) {
            --pending_;
            directory.unreserve(key);
        }
        join(key, member);
        directory.unreserve(key);
        if (!context_.services.cluster->up()) {
            context_.services.cluster->subscribed_degraded();
        }
    } else if (context_.pending.add({this, key, member, now_ms_})) {
        ++pending_;
    } else {
        directory.unreserve(key);
    }
}

void Session::subscribe(const PendingSubscriptions::Pending& pending, std::uint64_t now_ms) {
    if (established()) {
        now_ms_ = now_ms;
        --pending_;
        join(pending.key, pending.member);
    }
    context_.services.directory.unreserve(pending.key);
}

void Session::join(const std::string& key, const MemberPtr& member) {
    const std::string_view channel = channel_of_key(key);
    const auto joined = context_.subscribers.subscribe(
        *this, key, member,
        member == nullptr ? nullptr : announcement(key, frames::member_added(channel, *member)),
        now_ms_);
    if (joined.first) {
        application_->usage().channel_created();
        hook(Hook::channel_created, channel);
    }
    send(frames::subscription_succeeded(channel, joined.presence));
    if (joined.cached != nullptr) {
        send(joined.cached);
    } else if (channel_kind(channel).cache) {
        send(frames::cache_miss(channel));
    }
    hook(Hook::subscribed, channel);
    if (joined.user_first) {
        hook(Hook::member_added, channel, member->id);
    }
}

bool Session::unsubscribe(const ClientMessage& message) {
    const auto data = context_.codec.subscription(message);
    if (!data) {
        return refuse_message(invalid_format);
    }
    const std::string key = channel_key(application_->settings().id, data->channel);
    if (context_.subscribers.subscribed(*this, key)) {
        leave(key);
    } else if (pending_ > 0 && context_.pending.remove(*this, key)) {
        --pending_;
        context_.services.directory.unreserve(key);
    }
    return true;
}

void Session::leave(const std::string& key) {
    const std::string_view channel = channel_of_key(key);
    const MemberPtr member = context_.subscribers.member(*this, key);
    const auto left = context_.subscribers.unsubscribe(
        *this, key,
        member == nullptr ? nullptr : announcement(key, frames::member_removed(channel, *member)),
        gone_hook(channel, member));
    hook(Hook::unsubscribed, channel);
    if (left.user_last) {
        hook(Hook::member_removed, channel, member->id);
    }
    if (left.last) {
        application_->usage().channel_removed();
        hook(Hook::channel_removed, channel);
    }
}

// For a user that other nodes may have, when it is known that none does.
Presence::Gone Session::gone_hook(std::string_view channel, const MemberPtr& member) const {
    if (context_.services.cluster == nullptr || member == nullptr ||
        !context_.services.hooks.wanted(Hook::member_removed)) {
        return nullptr;
    }
    return
        [&hooks = context_.services.hooks,
         event = hook_event(Hook::member_removed, channel, member->id, {})] { hooks.push(event); };
}

Directory::Announce Session::announcement(const std::string& key, FramePtr frame) const {
    return [this, &key, frame = std::move(frame)](ThreadMask threads, ChannelVersion version) {
        context_.services.fan_out.post(threads, {key, frame, id(), version});
    };
}

void Session::terminate() {
    refuse(CloseCode::unauthorized, "The connection was terminated by the application.");
    end();
}

void Session::disconnect(CloseCode code, std::string_view reason) {
    if (established()) {
        transport_.close(code, reason);
        end();
    }
}

bool Session::client_event(const ClientMessage& message, std::string_view text) {
    if (!message.channel || !context_.codec.passable(message) ||
        message.event.size() > max_name_length) {
        return refuse_message(invalid_format);
    }
    if (!valid_channel_name(*message.channel)) {
        return refuse_message("Invalid channel name");
    }
    const Application& settings = application_->settings();
    if (settings.accept_client_events_from == ClientEvents::off) {
        error(CloseCode::client_event_rejected, "The app does not have client messaging enabled.");
        return true;
    }
    const ChannelKind kind = channel_kind(*message.channel);
    if (!kind.restricted) {
        error(CloseCode::client_event_rejected,
              "Client events are only supported on private and presence channels.");
        return true;
    }
    std::string key = channel_key(settings.id, *message.channel);
    // What is kept, be it of a channel that nobody is in, is a member's to say.
    const bool for_members =
        settings.accept_client_events_from == ClientEvents::members || kind.cache;
    if (for_members && !context_.subscribers.subscribed(*this, key)) {
        error(CloseCode::unauthorized, "The client is not a member of the specified channel.");
        return true;
    }
    if (context_.services.fan_out.overloaded_for_clients()) {
        error(CloseCode::client_event_rejected,
              "The server is overloaded: too much waits to be delivered. Try again.");
        return true;
    }
    const MemberPtr member = context_.subscribers.member(*this, key);
    const std::string_view data = message.data ? std::string_view(message.data->raw) : "";
    const std::string_view user_id = member == nullptr ? "" : std::string_view(member->id_json);
    count(context_.services.counters.messages_published);
    publish_frame(context_.services, std::move(key),
                  frames::client_event(message.event, *message.channel, data, user_id), id());
    hook(Hook::client_event, *message.channel, text, member == nullptr ? "" : member->id);
    return true;
}

bool Session::authorized(const SubscribeData& data) const {
    if (!channel_kind(data.channel).restricted) {
        return true;
    }
    const Application& settings = application_->settings();
    // "key:signature", the signature over socket id, channel and, where given, channel_data.
    std::string_view auth = data.auth;
    if (!auth.starts_with(settings.key) || auth.substr(settings.key.size(), 1) != ":") {
        return false;
    }
    auth.remove_prefix(settings.key.size() + 1);
    std::string signed_text = id().text() + ":" + data.channel;
    if (!data.channel_data.empty()) {
        signed_text += ":" + data.channel_data;
    }
    return equal_constant_time(auth, hmac_sha256_hex(settings.secret, signed_text));
}

bool Session::refuse_message(std::string_view why) {
    error(CloseCode::reconnect, why);
    return false;
}

void Session::error(CloseCode code, std::string_view message) {
    send(frames::error(code, message));
    if (context_.services.debug()) {
        context_.services.log("debug", "Message Refused", id().text() + " " + std::string(message));
    }
}

void Session::refuse(CloseCode code, std::string_view message) {
    error(code, message);
    transport_.close(code, message);
}

void Session::deliver(const FramePtr& frame) {
    if (established()) {
        send(frame);
    }
}

void Session::send(const FramePtr& frame) {
    if (transport_.send(frame) && established()) {
        application_->usage().message_sent(context_.thread);
        if (context_.services.hooks.wanted(Hook::message_sent)) {
            hook(Hook::message_sent, {}, frame_payload(*frame));
        }
    }
}

void Session::hook(Hook hook, std::string_view text, std::string_view detail,
                   std::string_view user_id) {
    if (context_.services.hooks.wanted(hook)) {
        context_.services.hooks.push(hook_event(hook, text, detail, user_id));
    }
}

HookEvent Session::hook_event(Hook hook, std::string_view text, std::string_view detail,
                              std::string_view user_id) const {
    return {hook,
            application_->settings().id,
            id().text(),
            std::string(text),
            std::string(detail),
            origin_ == nullptr ? std::string() : *origin_,
            std::string(user_id)};
}

}  // namespace reverb
