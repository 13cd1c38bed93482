// Takes an event from a publisher, whichever way it came: validates it, encodes it once, hands it
// to the fan-out and answers. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/frame.h"
#include "base/socket_id.h"
#include "cluster/facts.h"
#include "publish.h"
#include "services.h"

namespace reverb {

// To the subscribers of the channel on all nodes, here first; a cache channel keeps it.
void publish_frame(Services& services, std::string key, FramePtr frame, SocketId except);

// What is wrong with the event (its data aside), in words, or nothing.
[[nodiscard]] std::string fault_of(const PublishRequest& request);

// The answer of a server with that outbox_limit that takes no such event; `data_json` as below.
// Nothing where it takes it.
[[nodiscard]] std::optional<Answer> refusal_of(const PublishRequest& request,
                                               std::string_view data_json,
                                               std::size_t outbox_limit);
// That of one which does not know the application.
[[nodiscard]] Answer unknown_application(std::string_view app_id);
// That of one whose fan-out is overloaded.
[[nodiscard]] Answer overloaded();

// What the other nodes have to be asked before the event is published, for the attributes that its
// publisher wants; nothing where they need not be.
[[nodiscard]] std::optional<Question> question_of(const Services& services,
                                                  const PublishRequest& request);

// The answer's status: 200; 400 with what is wrong with the event; 413 for one that is too large;
// 404 for an unknown application; 503 for one that cannot be looked up, or where the server is
// overloaded. No answer while the application is being looked up: publish again then.
[[nodiscard]] std::optional<Answer> publish_event(Services& services, const PublishRequest& request,
                                                  const Facts* facts = nullptr);

// The same where the application is known and `data` is at hand as JSON (a whole JSON string).
[[nodiscard]] Answer publish_event(Services& services, const ApplicationState& application,
                                   const PublishRequest& request, std::string_view data_json,
                                   const Facts* facts = nullptr);

// The same for an event that nothing refuses: it goes out, and its publisher is not answered.
void publish_taken(Services& services, const ApplicationState& application,
                   const PublishRequest& request, std::string_view data_json);

}  // namespace reverb
