#include "http/endpoints.h"

namespace reverb {

HttpResponse count_connections(const SignedCall& call) {
    return HttpResponse::json(
        "{\"connections\":" + std::to_string(call.application.usage().connections()) + "}");
}

HttpResponse terminate_user(const SignedCall& call) {
    call.services.fan_out.terminate(call.application.settings().id, std::string(call.name));
    return HttpResponse::json("{}");
}

}  // namespace reverb
