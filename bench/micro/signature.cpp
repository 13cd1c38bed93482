// What checking who asks costs: a request of the HTTP API, and a private channel's subscription.
#include "http/signature.h"

#include <benchmark/benchmark.h>

#include <chrono>
#include <string>

#include "base/hmac.h"

namespace reverb {
namespace {

constexpr std::int64_t now = 1'700'000'000;

void check_request(benchmark::State& state) {
    Application application;
    application.key = "app-key";
    application.secret = "app-secret";
    HttpRequest request{"POST", "/apps/app-id/events", {}, std::string(200, 'x')};
    request.query = signed_query(application.key, application.secret, request.method,
                                 request.target, request.body, now);
    for (auto _ : state) {
        const Query query = Query::parse(request.query);
        const bool valid = signature_valid(application, request, request.target, query, now,
                                           std::chrono::seconds(600));
        if (!valid) {
            state.SkipWithError("the signature is not valid");
        }
    }
}
BENCHMARK(check_request);

// Of one application, or of two by turns.
void sign_subscription(benchmark::State& state) {
    const std::string secrets[] = {"app-secret", state.range(0) == 1 ? "app-secret" : "another"};
    const std::string text = "1234567890.1234567890:private-orders.1";
    std::size_t turn = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(hmac_sha256_hex(secrets[turn], text));
        turn = 1 - turn;
    }
}
BENCHMARK(sign_subscription)->Arg(1)->Arg(2);

}  // namespace
}  // namespace reverb
