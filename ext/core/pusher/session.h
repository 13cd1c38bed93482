// One connection's side of Pusher's protocol, as a state machine without I/O: messages and the
// clock in, frames and a close out. Owned by its connection, used on that I/O thread alone.
// https://pusher.com/docs/channels/library_auth_reference/pusher-websockets-protocol
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "app/application_state.h"
#include "channel/local_subscribers.h"
#include "channel/subscriber.h"
#include "pusher/codec.h"
#include "pusher/pending_subscriptions.h"
#include "pusher/transport.h"
#include "services.h"

namespace reverb {

// What the sessions of one I/O thread share.
struct SessionContext {
    Services& services;
    LocalSubscribers& subscribers;
    Codec& codec;
    unsigned thread = 0;             // its number
    PendingSubscriptions pending{};  // on a node of several
};

// What the handshake said.
struct Handshake {
    std::string key;      // of the application, from the path
    std::string origin;   // the Origin header, or empty
    std::string address;  // the client's
};

class Session final : public Subscriber {
  public:
    Session(SessionContext& context, Transport& transport);
    ~Session() override;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // The connection is there: greets, or says why not and closes (4001, 4004, 4009; 4100 when the
    // application cannot be looked up). False while it is being looked up: open it again then.
    [[nodiscard]] bool open(const Handshake& handshake, std::uint64_t now_ms);
    // One whole message. Text was checked to be UTF-8, a binary one may be anything.
    void receive(std::string_view message, std::uint64_t now_ms);
    // Anything else that shows that the client lives, such as a pong of the WebSocket layer.
    void touch(std::uint64_t now_ms) noexcept;
    // Pings a client that was silent for ping_interval, gives up on one that then does not answer
    // within activity_timeout (4201). Returns when it wants to be asked again.
    [[nodiscard]] std::uint64_t heartbeat(std::uint64_t now_ms);
    // A subscription that was pending can be made now.
    void subscribe(const PendingSubscriptions::Pending& pending, std::uint64_t now_ms);
    // Bytes that one message may have.
    [[nodiscard]] std::size_t max_message_size() const noexcept;
    // Whether the greeting was sent, and the session has not ended before its connection.
    [[nodiscard]] bool established() const noexcept { return application_ != nullptr; }

    // Queues a frame for the client, which gets nothing before its greeting and after its end.
    void deliver(const FramePtr& frame) override;
    void terminate() override;
    // Ends the session in the application's name.
    void disconnect(CloseCode code, std::string_view reason);
    // Leaves everything, so that for the others the client is gone, whatever its socket does.
    // So does the destructor.
    void end();

  private:
    void admit(ApplicationStatePtr application, const Handshake& handshake, std::uint64_t now_ms);
    bool within_rate(std::uint64_t now_ms);
    // These return whether the message could be handled, be it that a client event was refused by
    // the application's policy: only then is it told to the hook.
    bool handle(const ClientMessage& message, std::string_view text);
    bool subscribe(const ClientMessage& message);
    bool unsubscribe(const ClientMessage& message);
    bool client_event(const ClientMessage& message, std::string_view text);
    bool refuse_message(std::string_view why);
    // At once, or when the cluster is ready for the channel.
    void join_when_ready(const std::string& key, const MemberPtr& member);
    void join(const std::string& key, const MemberPtr& member);
    void leave(const std::string& key);
    // Tells those who were on the channel before that a user came or went.
    [[nodiscard]] Directory::Announce announcement(const std::string& key, FramePtr frame) const;
    [[nodiscard]] Presence::Gone gone_hook(std::string_view channel, const MemberPtr& member) const;
    [[nodiscard]] bool authorized(const SubscribeData& data) const;
    void error(CloseCode code, std::string_view message);
    void refuse(CloseCode code, std::string_view message);
    void send(const FramePtr& frame);
    void hook(Hook hook, std::string_view text = {}, std::string_view detail = {},
              std::string_view user_id = {});
    [[nodiscard]] HookEvent hook_event(Hook hook, std::string_view text, std::string_view detail,
                                       std::string_view user_id) const;

    SessionContext& context_;
    Transport& transport_;
    ApplicationStatePtr application_;            // null until established and after the end
    std::unique_ptr<const std::string> origin_;  // where there is one and somebody listens
    std::uint64_t now_ms_ = 0;                   // of the message being handled
    std::uint64_t last_seen_ms_ = 0;
    std::uint64_t pinged_ms_ = 0;      // 0: no ping is unanswered
    std::uint64_t window_end_ms_ = 0;  // of the rate limit
    std::uint32_t window_count_ = 0;
    std::uint32_t pending_ = 0;  // subscriptions that wait for the cluster
};

}  // namespace reverb
