// The signed endpoints of the HTTP API: each takes a request whose signature has been checked and
// answers it. One file an endpoint, or a family of them. Any thread.
// https://pusher.com/docs/channels/library_auth_reference/rest-api
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "app/application_state.h"
#include "cluster/facts.h"
#include "http/query.h"
#include "http/request.h"
#include "services.h"

namespace reverb {

inline constexpr std::size_t max_channels_over_http = 100;

struct SignedCall {
    Services& services;
    const ApplicationState& application;
    const HttpRequest& request;
    const Query& query;
    std::string_view name;         // the channel or user of the path, where it has one
    const Facts* facts = nullptr;  // what the other nodes say, where they were asked
};

[[nodiscard]] HttpResponse trigger_event(const SignedCall& call);      // POST events
[[nodiscard]] HttpResponse trigger_batch(const SignedCall& call);      // POST batch_events
[[nodiscard]] HttpResponse list_channels(const SignedCall& call);      // GET channels
[[nodiscard]] HttpResponse show_channel(const SignedCall& call);       // GET channels/{}
[[nodiscard]] HttpResponse list_users(const SignedCall& call);         // GET channels/{}/users
[[nodiscard]] HttpResponse count_connections(const SignedCall& call);  // GET connections
[[nodiscard]] HttpResponse terminate_user(const SignedCall& call);  // POST users/{}/terminate_…

// What an endpoint has to know of the other nodes before it can answer, or nothing.
[[nodiscard]] std::optional<Question> ask_for_event(const SignedCall& call);
[[nodiscard]] std::optional<Question> ask_for_batch(const SignedCall& call);
[[nodiscard]] std::optional<Question> ask_for_list(const SignedCall& call);
[[nodiscard]] std::optional<Question> ask_for_channel(const SignedCall& call);
[[nodiscard]] std::optional<Question> ask_for_users(const SignedCall& call);
[[nodiscard]] std::optional<Question> ask_for_connections(const SignedCall& call);

}  // namespace reverb
