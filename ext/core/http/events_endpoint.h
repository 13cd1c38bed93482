// POST /apps/{app_id}/events: one event to one or more channels.
// https://pusher.com/docs/channels/library_auth_reference/rest-api#post-event-trigger-an-event
#pragma once

#include "app/application_state.h"
#include "http/request.h"
#include "services.h"

namespace reverb {

inline constexpr std::size_t max_channels_over_http = 100;

// The request's signature has been checked.
[[nodiscard]] HttpResponse trigger_event(Services& services, const ApplicationState& application,
                                         const HttpRequest& request);

}  // namespace reverb
