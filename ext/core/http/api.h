// The HTTP API: finds the endpoint of a request, checks its signature and lets it answer. No I/O:
// a request read whole in, a response out. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/application_name.h"
#include "cluster/facts.h"
#include "http/request.h"
#include "services.h"

namespace reverb {

// The response; or the application that is being looked up: handle the request again then; or what
// has to be asked of the other nodes: handle it again with what they say.
using HttpOutcome = std::variant<HttpResponse, ApplicationName, Question>;

class HttpApi {
  public:
    explicit HttpApi(Services& services) : services_(services) {}

    // `request.target` with the server's prefix still on it.
    // `facts`: of the question that this request led to, or null.
    [[nodiscard]] HttpOutcome handle(const HttpRequest& request,
                                     const Facts* facts = nullptr) const;

  private:
    Services& services_;
};

// The application's key of a WebSocket's path `{prefix}/app/{key}`, or nothing.
[[nodiscard]] std::string app_key_of(std::string_view prefix, std::string_view target);

}  // namespace reverb
