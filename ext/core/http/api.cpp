#include "http/api.h"

#include <algorithm>
#include <array>

#include "base/clock.h"
#include "cluster/cluster.h"
#include "http/endpoints.h"
#include "http/query.h"
#include "http/route.h"
#include "http/signature.h"

namespace reverb {

namespace {

using SignedEndpoint = HttpResponse (*)(const SignedCall&);
using ClusterQuestion = std::optional<Question> (*)(const SignedCall&);

struct Route {
    std::string_view method;
    std::string_view pattern;
    SignedEndpoint endpoint;   // null: not signed, answered by the router itself
    ClusterQuestion question;  // null: other nodes have no part in it
};

constexpr std::array routes{
    Route{"GET", "/up", nullptr, nullptr},
    Route{"GET", "/app/{}", nullptr, nullptr},
    Route{"POST", "/apps/{}/events", trigger_event, ask_for_event},
    Route{"POST", "/apps/{}/batch_events", trigger_batch, ask_for_batch},
    Route{"GET", "/apps/{}/channels", list_channels, ask_for_list},
    Route{"GET", "/apps/{}/channels/{}", show_channel, ask_for_channel},
    Route{"GET", "/apps/{}/channels/{}/users", list_users, ask_for_users},
    Route{"GET", "/apps/{}/connections", count_connections, ask_for_connections},
    Route{"POST", "/apps/{}/users/{}/terminate_connections", terminate_user, nullptr},
};

HttpResponse up(const Services& services) {
    if (services.draining.load(std::memory_order_relaxed)) {
        return HttpResponse::json(R"({"health":"DRAINING"})", 503);
    }
    if (services.cluster != nullptr) {
        // Without Redis this node still serves its own clients: no reason to take it out.
        return HttpResponse::json(services.cluster->up() ? R"({"health":"OK","redis":"up"})"
                                                         : R"({"health":"OK","redis":"down"})");
    }
    return HttpResponse::json(R"({"health":"OK"})");
}

HttpResponse upgrade_required() {
    HttpResponse response = HttpResponse::text(
        426, "This address speaks WebSocket: connect to it with a Pusher client.");
    response.headers.emplace_back("Upgrade", "websocket");
    return response;
}

// The channel or the user; empty where the route has only the application.
std::string_view last_of(const std::vector<std::string_view>& names) {
    return names.size() > 1 ? names.back() : std::string_view();
}

// Asks the other nodes first, where that is needed and was not done.
HttpOutcome call_endpoint(const Route& route, const SignedCall& call) {
    if (call.services.cluster != nullptr && call.facts == nullptr && route.question != nullptr) {
        if (auto question = route.question(call)) {
            question->app_id = call.application.settings().id;
            return *std::move(question);
        }
    }
    HttpResponse response = route.endpoint(call);
    if (call.facts != nullptr && call.facts->unanswered > 0) {
        response.headers.emplace_back(
            "X-Reverb-Incomplete",
            std::to_string(call.facts->unanswered) + " of the other nodes did not answer");
    }
    return response;
}

HttpOutcome call_signed(Services& services, const Route& route,
                        const std::vector<std::string_view>& names, std::string_view path,
                        const HttpRequest& request, const Facts* facts) {
    const std::string_view app_id = names.front();
    const FoundApplication found = services.applications.by_id(app_id);
    switch (found.state) {
        case FoundApplication::State::known:
            break;
        case FoundApplication::State::awaited:
            return ApplicationName{ApplicationName::By::id, std::string(app_id)};
        case FoundApplication::State::unavailable:
            return HttpResponse::text(503, "The application could not be looked up. Try again.");
        default:
            return HttpResponse::text(
                404, "No matching application for ID [" + std::string(app_id) + "].");
    }
    const Query query = Query::parse(request.query);
    const auto is_signed = [&](std::string_view one) {
        return signature_valid(found.application->settings(), request, one, query, unix_seconds(),
                               services.config.auth_timestamp_tolerance);
    };
    if (is_signed(path)) {
        return call_endpoint(route,
                             {services, *found.application, request, query, last_of(names), facts});
    }
    // A space may have been a plus: libwebsockets hands out both as one. The signature tells.
    std::string with_plus(path);
    std::replace(with_plus.begin(), with_plus.end(), ' ', '+');
    if (with_plus != path && is_signed(with_plus)) {
        const auto names_with_plus = match(route.pattern, with_plus);
        return call_endpoint(route, {services, *found.application, request, query,
                                     last_of(*names_with_plus), facts});
    }
    count(services.counters.auth_failures);
    return HttpResponse::text(401, "Authentication signature invalid.");
}

HttpResponse method_not_allowed(std::string_view method) {
    HttpResponse response = HttpResponse::text(405, "Method not allowed.");
    response.headers.emplace_back("Allow", method == "GET" ? "GET, HEAD" : std::string(method));
    return response;
}

}  // namespace

HttpOutcome HttpApi::handle(const HttpRequest& request, const Facts* facts) const {
    const auto path = without_prefix(services_.config.path, request.target);
    if (!path) {
        return HttpResponse::text(404, "Not found.");
    }
    // HEAD is answered as GET; the net layer leaves the body out.
    const std::string_view method =
        request.method == "HEAD" ? std::string_view("GET") : request.method;
    const Route* other_method = nullptr;
    for (const Route& route : routes) {
        const auto names = match(route.pattern, *path);
        if (!names) {
            continue;
        }
        if (route.method != method) {
            other_method = &route;
            continue;
        }
        if (route.endpoint != nullptr) {
            return call_signed(services_, route, *names, *path, request, facts);
        }
        return names->empty() ? up(services_) : upgrade_required();
    }
    return other_method != nullptr ? method_not_allowed(other_method->method)
                                   : HttpResponse::text(404, "Not found.");
}

std::string app_key_of(std::string_view prefix, std::string_view target) {
    const auto path = without_prefix(prefix, target);
    if (!path) {
        return {};
    }
    const auto names = match("/app/{}", *path);
    return names ? std::string(names->front()) : std::string();
}

}  // namespace reverb
