#include "publisher/http_publisher.h"

#include <cstdint>
#include <utility>

#include "base/clock.h"
#include "base/host_port.h"
#include "base/json.h"
#include "http/query.h"
#include "http/signature.h"
#include "publisher/http_reply.h"

namespace reverb {
namespace {

constexpr std::size_t room = 4'096;

// "", "/prefix": as routes are written, however the setting is.
std::string route_prefix(std::string path) {
    while (path.ends_with('/')) {
        path.pop_back();
    }
    return path.empty() || path.starts_with('/') ? path : "/" + path;
}

std::string event_json(const PublishRequest& request) {
    std::string out;
    out.append(R"({"name":)");
    append_json_string(out, request.event);
    out.append(R"(,"data":)");
    append_json_string(out, request.data);
    out.append(R"(,"channels":[)");
    const char* separator = "";
    for (const std::string& channel : request.channels) {
        out.append(separator);
        append_json_string(out, channel);
        separator = ",";
    }
    out.append("]");
    if (!request.except.empty()) {
        out.append(R"(,"socket_id":)");
        append_json_string(out, request.except);
    }
    if (!request.info.empty()) {
        out.append(R"(,"info":)");
        append_json_string(out, request.info);
    }
    out.append("}");
    return out;
}

}  // namespace

HttpPublisher::HttpPublisher(PublisherTarget target)
    : StreamPublisher(target.connect_timeout, target.timeout),
      target_(std::move(target)),
      prefix_(route_prefix(target_.path)),
      host_(host_port(target_.host, target_.port)),
      received_(room, '\0') {
}

std::string HttpPublisher::peer() const {
    return "the server at " + std::string(target_.tls ? "https://" : "http://") + host_ + prefix_;
}

StreamSocket HttpPublisher::open_socket(Deadline deadline) {
    StreamSocket socket = StreamSocket::connect_tcp(target_.host, target_.port, deadline);
    if (target_.tls) {
        try {
            socket.start_tls(target_.tls_options, target_.host, deadline);
        } catch (const ConnectError& error) {
            throw ConnectError(error.code(), peer() + ": " + error.what());
        }
    }
    return socket;
}

void HttpPublisher::encode_status(std::string& /*out*/) {
    throw NoStatus("the status of a server is told over its unix socket alone: give socket");
}

void HttpPublisher::encode(const PublishRequest& request, std::string& out) {
    const std::string body = event_json(request);
    // The prefix is no part of what is signed.
    const std::string path = "/apps/" + percent_encode(request.app_id) + "/events";
    out.append("POST ").append(prefix_).append(path).append("?");
    out.append(signed_query(target_.key, target_.secret, "POST", path, body, unix_seconds()));
    out.append(" HTTP/1.1\r\nHost: ").append(host_);
    out.append("\r\nContent-Type: application/json\r\nContent-Length: ");
    out.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
}

Answer HttpPublisher::read_answer(Deadline deadline) {
    HttpReply reply;
    HttpReply::State state = HttpReply::State::incomplete;
    bool ended = false;
    while (state == HttpReply::State::incomplete && !ended) {
        const std::size_t size = receive(received_.data(), received_.size(), deadline);
        ended = size == 0;
        state = ended ? reply.end() : reply.feed({received_.data(), size});
    }
    if (state == HttpReply::State::incomplete) {
        throw unknown("it closed the connection without a whole answer");
    }
    if (state == HttpReply::State::bad) {
        throw unknown("its answer is no HTTP response");
    }
    if (ended || !reply.reusable()) {
        close();
    }
    return reply.take();
}

}  // namespace reverb
