// One socket that speaks HTTP: reads requests whole, has the API answer them, keeps the
// connection for the next; or refuses or allows the upgrade to a WebSocket. Owned by its IoLoop,
// used on that thread alone.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "http/api.h"
#include "http/request.h"
#include "net/application_waits.h"
#include "net/compression_offer.h"
#include "net/facts_waits.h"
#include "net/peer.h"

namespace reverb {

class HttpExchange final : public Peer, public ApplicationWaiter, public FactsWaiter {
  public:
    // The request must be complete within handshake_timeout of now.
    HttpExchange(IoLoop& loop, lws* socket, std::string address);
    ~HttpExchange() override;
    HttpExchange(const HttpExchange&) = delete;
    HttpExchange& operator=(const HttpExchange&) = delete;

    int on_event(int reason, void* in, std::size_t length) override;
    void expired(std::uint64_t now_ms) override;
    void drain(std::uint64_t at_ms, std::uint64_t end_ms) override;
    void application_answered() override;
    void facts_arrived(FactsPtr facts) override;

  private:
    // How far it is with the request that comes or came last.
    enum class Phase : std::uint8_t {
        head,        // its first lines have not come, or not all of them
        body,        // has not come, or not all of it
        looking_up,  // its application is asked for
        asking,      // the other nodes of the cluster are
        due,         // it is answered at the end of this turn
        closing      // it was answered, and the connection ends with that
    };
    static constexpr std::uint64_t no_end = std::numeric_limits<std::uint64_t>::max();

    int begin(std::string_view target);
    int refuse_body_behind_request();
    [[nodiscard]] bool too_large() const;
    [[nodiscard]] bool expects_continue() const;
    int append_body(std::string_view bytes);
    int body_complete();
    int complete();
    // Reads nothing until whoever is waited for, at most so long, has the request handled again.
    void wait(Phase phase, std::chrono::milliseconds patience);
    void resume();
    int respond(const HttpResponse& response);
    int check_upgrade(const char* upgrade);
    // Answers and ends the connection.
    int refuse(const HttpResponse& response);
    int established();
    // The client's, where the peer is a proxy to be believed.
    [[nodiscard]] std::string client_address() const;
    void send(const HttpResponse& response, bool closes);
    // Sets the deadline, but not past the server's end.
    void arm(std::chrono::milliseconds after);
    void arm_at(std::uint64_t at_ms);

    HttpApi api_;
    HttpRequest request_;
    std::string address_;
    CompressionAgreement compression_;  // while a socket is upgraded
    bool compression_agreed_ = false;
    bool first_ = true;  // no request of this connection was answered yet
    Phase phase_ = Phase::head;
    std::size_t announced_ = 0;  // bytes of the body, by Content-Length
    std::size_t received_ = 0;   // of them
    FactsPtr facts_;             // what the other nodes said
    std::uint64_t deadline_ms_ = 0;
    std::uint64_t end_ms_ = no_end;  // of the server
};

}  // namespace reverb
