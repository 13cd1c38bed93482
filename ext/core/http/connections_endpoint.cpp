#include "cluster/cluster.h"
#include "http/endpoints.h"

namespace reverb {

std::optional<Question> ask_for_connections(const SignedCall& /*call*/) {
    Question question;
    question.connections = true;
    return question;
}

HttpResponse count_connections(const SignedCall& call) {
    const std::uint64_t elsewhere = call.facts == nullptr ? 0 : call.facts->connections;
    return HttpResponse::json(
        "{\"connections\":" + std::to_string(call.application.usage().connections() + elsewhere) +
        "}");
}

HttpResponse terminate_user(const SignedCall& call) {
    const std::string& app_id = call.application.settings().id;
    call.services.fan_out.terminate(app_id, std::string(call.name));
    if (call.services.cluster != nullptr) {
        call.services.cluster->terminate(app_id, std::string(call.name));
    }
    return HttpResponse::json("{}");
}

}  // namespace reverb
