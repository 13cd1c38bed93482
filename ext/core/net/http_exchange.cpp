#include "net/http_exchange.h"

#include <libwebsockets.h>
#include <strings.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <variant>

#include "base/clock.h"
#include "cluster/cluster.h"
#include "http/upgrade.h"
#include "net/compression_extension.h"
#include "net/http_headers.h"
#include "net/io_loop.h"

namespace reverb {

namespace {

// How long a connection may idle between two requests.
constexpr std::chrono::milliseconds keep_alive{60'000};
// What it may take to answer once the application was looked up.
constexpr std::chrono::milliseconds answer_margin{1'000};
// What libwebsockets has room for of Sec-WebSocket-Extensions.
constexpr int longest_extensions = 254;
// A refused body up to this size is read and dropped, so that the client sees the answer; a
// larger one costs it the connection.
constexpr std::uint64_t max_dropped_body = 8U << 20U;
// What a socket with nothing else to send takes at once. While the rest of a longer answer goes
// out, libwebsockets would read the next request: the connection ends with it, and says so.
constexpr std::size_t largest_kept_answer = 32U << 10U;
constexpr const char* too_large_text = "Payload too large.";

}  // namespace

HttpExchange::HttpExchange(IoLoop& loop, lws* socket, std::string address)
    : Peer(loop, socket), api_(loop.services()), address_(std::move(address)) {
    arm(loop_.services().config.handshake_timeout);
}

HttpExchange::~HttpExchange() {
    if (phase_ == Phase::looking_up) {
        loop_.waits().remove(*this);
    }
    if (phase_ == Phase::asking) {
        loop_.facts_waits().remove(*this);
    }
}

int HttpExchange::on_event(int reason, void* in, std::size_t length) {
    const std::string_view text(static_cast<const char*>(in), in != nullptr ? length : 0);
    switch (reason) {
        case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
            return check_upgrade(static_cast<const char*>(in));
        // It takes up the extension the first time it may, and ends the connection where one is
        // named that it took up before: so this is the last.
        case LWS_CALLBACK_CONFIRM_EXTENSION_OKAY:
            return compression_.offers > 0 && --compression_.offers == 0 ? 0 : 1;
        case LWS_CALLBACK_ADD_HEADERS:
            compression_agreed_ = !compression_.parameters.empty() &&
                                  answer_compression(*static_cast<lws_process_html_args*>(in),
                                                     compression_.parameters);
            // It may not be taken up without the parameters.
            return compression_agreed_ || compression_.parameters.empty() ? 0 : -1;
        case LWS_CALLBACK_ESTABLISHED:
            return established();
        case LWS_CALLBACK_HTTP:
            return begin(text);
        case LWS_CALLBACK_HTTP_BODY:
            return append_body(text);
        case LWS_CALLBACK_HTTP_BODY_COMPLETION:
            return body_complete();
        case LWS_CALLBACK_HTTP_WRITEABLE:
            return phase_ == Phase::due ? complete() : 0;
        default:
            return 0;
    }
}

int HttpExchange::begin(std::string_view target) {
    // There is one request at a time, and one was answered out of turn.
    if (phase_ != Phase::head) {
        return -1;
    }
    phase_ = Phase::body;
    request_ = {http_method(socket_), http_target(socket_, target), http_query(socket_), {}};
    if (http_header_bytes(socket_) > max_header_bytes) {
        return refuse(HttpResponse::closing(431, "The request's headers are too large."));
    }
    if (http_has_header(socket_, WSI_TOKEN_HTTP_TRANSFER_ENCODING)) {
        return refuse(HttpResponse::closing(
            411, "Length required: send the body with a Content-Length, not chunked."));
    }
    const std::optional<std::uint64_t> length = http_content_length(socket_);
    if (!length) {
        return refuse(HttpResponse::closing(400, "Bad request."));
    }
    const bool post = request_.method == "POST";
    const bool has_length = http_has_header(socket_, WSI_TOKEN_HTTP_CONTENT_LENGTH);
    if (!has_length && (post || request_.method == "PUT" || request_.method == "PATCH")) {
        return refuse(HttpResponse::closing(411, "Length required."));
    }
    // The bytes of this request came with those before it.
    if (*length > 0 && !loop_.polling()) {
        return refuse_body_behind_request();
    }
    // Of an empty body libwebsockets tells the completion too, but only for POST.
    if (*length == 0 && !post) {
        return complete();
    }
    announced_ = *length;
    received_ = 0;
    if (too_large()) {
        loop_.services().log("warning", "Request Refused",
                             "a body of " + std::to_string(announced_) +
                                 " bytes is over max_request_size (" +
                                 std::to_string(loop_.services().config.max_request_size) + ")");
        if (announced_ > max_dropped_body || expects_continue()) {
            return refuse(HttpResponse::closing(413, too_large_text));
        }
    } else {
        request_.body.reserve(announced_);
    }
    if (!first_) {
        arm(loop_.services().config.handshake_timeout);
    }
    if (expects_continue()) {
        static_cast<void>(write("HTTP/1.1 100 Continue\r\n\r\n"));
    }
    return 0;
}

// Whether the client sends the body only when it is told to, or a second later.
bool HttpExchange::expects_continue() const {
    const std::string expected = http_header(socket_, WSI_TOKEN_HTTP_EXPECT);
    return ::strcasecmp(expected.c_str(), "100-continue") == 0 &&
           http_header(socket_, WSI_TOKEN_HTTP) == "HTTP/1.1";
}

// What libwebsockets has kept of an earlier read it takes for the body from its first byte on, the
// headers too. When it has come to the end of such a body it tells so again and again, or turns
// round in a request that was answered meanwhile, for ever: so a request with a body is never
// answered while libwebsockets still reads, and whom it tells twice is hung up on.
int HttpExchange::refuse_body_behind_request() {
    return refuse(HttpResponse::closing(
        503, "Send a request with a body only when the answer to the one before has come."));
}

bool HttpExchange::too_large() const {
    return announced_ > loop_.services().config.max_request_size;
}

int HttpExchange::append_body(std::string_view bytes) {
    received_ += bytes.size();
    if (received_ > announced_) {
        return -1;
    }
    if (!too_large()) {
        request_.body.append(bytes);
    }
    return 0;
}

int HttpExchange::body_complete() {
    if (phase_ != Phase::body) {
        return refuse_body_behind_request();
    }
    // This one is told of in the course of its headers.
    if (announced_ == 0) {
        return complete();
    }
    phase_ = Phase::due;
    loop_.go_on_with(*this);
    return 0;
}

int HttpExchange::complete() {
    if (too_large()) {
        return respond(HttpResponse::text(413, too_large_text));
    }
    HttpOutcome outcome = api_.handle(request_, facts_.get());
    if (auto* awaited = std::get_if<ApplicationName>(&outcome)) {
        loop_.waits().add(*this, std::move(*awaited), monotonic_ms());
        wait(Phase::looking_up, loop_.services().config.application_timeout);
        return 0;
    }
    if (auto* question = std::get_if<Question>(&outcome)) {
        loop_.ask(*this, std::move(*question));
        wait(Phase::asking, Cluster::answer_patience);
        return 0;
    }
    facts_.reset();
    return respond(std::get<HttpResponse>(outcome));
}

void HttpExchange::wait(Phase phase, std::chrono::milliseconds patience) {
    phase_ = phase;
    // libwebsockets does not read in the middle of a request, and would be woken again and again by
    // what the client sends, or by its hanging up.
    lws_rx_flow_control(socket_, 0);
    arm(patience + answer_margin);
}

void HttpExchange::facts_arrived(FactsPtr facts) {
    facts_ = std::move(facts);
    resume();
}

void HttpExchange::application_answered() {
    resume();
}

// Answered from a callback of the socket's own, as all requests are.
void HttpExchange::resume() {
    phase_ = Phase::due;
    // First: a socket that is not read is not told that it can be written, either.
    lws_rx_flow_control(socket_, 1);
    loop_.go_on_with(*this);
}

int HttpExchange::respond(const HttpResponse& response) {
    first_ = false;
    const bool closes = loop_.services().draining.load(std::memory_order_relaxed) ||
                        response.body.size() > largest_kept_answer;
    send(response, closes);
    request_ = {};
    announced_ = 0;
    // A client that sends requests and reads no answers has libwebsockets poll without rest.
    if (closes || lws_partial_buffered(socket_) != 0 ||
        lws_http_transaction_completed(socket_) != 0) {
        phase_ = Phase::closing;
        return -1;
    }
    phase_ = Phase::head;
    lws_set_timeout(socket_, NO_PENDING_TIMEOUT, 0);
    loop_.go_on_with(*this);
    arm(keep_alive);
    return 0;
}

int HttpExchange::check_upgrade(const char* upgrade) {
    // For an upgrade it does not know, libwebsockets has answered and let go of the headers.
    if (!http_has_header(socket_, WSI_TOKEN_UPGRADE)) {
        return -1;
    }
    request_.method = http_method(socket_);
    if (http_header_bytes(socket_) > max_header_bytes) {
        return refuse(HttpResponse::closing(431, "The request's headers are too large."));
    }
    const UpgradeRequest request{
        .method = request_.method,
        .version = http_header(socket_, WSI_TOKEN_HTTP),
        .target = http_header(socket_, WSI_TOKEN_GET_URI),
        .upgrade = upgrade,
        .connection = http_header(socket_, WSI_TOKEN_CONNECTION),
        .websocket_version = http_header(socket_, WSI_TOKEN_VERSION),
        .websocket_key = http_header(socket_, WSI_TOKEN_KEY),
        .one_host = http_has_header(socket_, WSI_TOKEN_HOST) &&
                    !http_header_repeated(socket_, WSI_TOKEN_HOST),
        .body = http_has_header(socket_, WSI_TOKEN_HTTP_TRANSFER_ENCODING) ||
                http_content_length(socket_) != 0U,
        .subprotocols = http_has_header(socket_, WSI_TOKEN_PROTOCOL)};
    if (const auto refusal = upgrade_refusal(request, loop_.services().config.path)) {
        return refuse(*refusal);
    }
    if (loop_.services().draining.load(std::memory_order_relaxed)) {
        return refuse(HttpResponse::closing(503, "The server is going down. Please reconnect."));
    }
    // libwebsockets would hang up, or answer with what is left in its buffer.
    if (lws_hdr_total_length(socket_, WSI_TOKEN_EXTENSIONS) > longest_extensions) {
        return refuse(
            HttpResponse::closing(431, "The header Sec-WebSocket-Extensions is longer than " +
                                           std::to_string(longest_extensions) + " bytes."));
    }
    if (loop_.services().config.compression.enabled) {
        compression_ = agree_on_compression(http_header(socket_, WSI_TOKEN_EXTENSIONS));
    }
    // For the greeting, which mostly follows in this turn.
    cork(true);
    return 0;
}

int HttpExchange::refuse(const HttpResponse& response) {
    phase_ = Phase::closing;
    send(response, true);
    return -1;
}

int HttpExchange::established() {
    const Handshake handshake{
        app_key_of(loop_.services().config.path, http_header(socket_, WSI_TOKEN_GET_URI)),
        http_header(socket_, WSI_TOKEN_ORIGIN), client_address()};
    // Ends this object: the socket is a WebSocket from now on.
    loop_.upgrade(*this, socket_, handshake, compression_agreed_);
    return 0;
}

std::string HttpExchange::client_address() const {
    const TrustedProxies& proxies = loop_.services().trusted_proxies;
    if (!proxies.trusts(address_)) {
        return address_;
    }
    return proxies.client(address_, http_header(socket_, WSI_TOKEN_X_FORWARDED_FOR),
                          http_header(socket_, WSI_TOKEN_HTTP_X_REAL_IP));
}

void HttpExchange::send(const HttpResponse& response, bool closes) {
    std::string bytes;
    bytes.reserve(256 + response.body.size());
    bytes.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    bytes.append(reason_phrase(response.status));
    bytes.append("\r\nContent-Type: ").append(response.content_type);
    bytes.append("\r\nContent-Length: ").append(std::to_string(response.body.size()));
    bytes.append("\r\nDate: ").append(http_date()).append("\r\n");
    bool connection_named = false;
    for (const auto& [name, value] : response.headers) {
        bytes.append(name).append(": ").append(value).append("\r\n");
        connection_named = connection_named || name == "Connection";
    }
    if (closes && !connection_named) {
        bytes += "Connection: close\r\n";
    }
    bytes += "\r\n";
    if (request_.method != "HEAD") {
        bytes += response.body;
    }
    static_cast<void>(write(bytes));
}

void HttpExchange::arm(std::chrono::milliseconds after) {
    arm_at(loop_.now() + static_cast<std::uint64_t>(after.count()));
}

void HttpExchange::arm_at(std::uint64_t at_ms) {
    deadline_ms_ = std::min(at_ms, end_ms_);
    loop_.deadlines().arm(*this, deadline_ms_);
}

void HttpExchange::expired(std::uint64_t /*now_ms*/) {
    const bool idle = phase_ == Phase::head && !first_;
    if (!idle && phase_ != Phase::closing) {
        count(loop_.services().counters.deadline_closes);
    }
    cut();
}

void HttpExchange::drain(std::uint64_t /*at_ms*/, std::uint64_t end_ms) {
    const bool asked = phase_ != Phase::head || http_header_bytes(socket_) > 0 || readable();
    if (!asked) {
        return cut();
    }
    end_ms_ = end_ms;
    arm_at(deadline_ms_);
}

}  // namespace reverb
