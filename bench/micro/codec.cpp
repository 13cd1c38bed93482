// What a client's message costs to read, and an event to encode.
#include "pusher/codec.h"

#include <benchmark/benchmark.h>

#include <string>

namespace reverb {
namespace {

void read_subscription(benchmark::State& state) {
    Codec codec;
    const std::string text = R"({"event":"pusher:subscribe","data":{"auth":"app-key:)" +
                             std::string(64, 'f') + R"(","channel":"private-orders.1"}})";
    for (auto _ : state) {
        const auto message = codec.message(text);
        benchmark::DoNotOptimize(codec.subscription(*message));
    }
}
BENCHMARK(read_subscription);

void read_client_event(benchmark::State& state) {
    Codec codec;
    const std::string text = R"({"event":"client-typing","channel":"private-chat","data":{"a":")" +
                             std::string(static_cast<std::size_t>(state.range(0)), 'x') + R"("}})";
    for (auto _ : state) {
        const auto message = codec.message(text);
        benchmark::DoNotOptimize(codec.passable(*message));
    }
}
BENCHMARK(read_client_event)->Arg(100)->Arg(10'000);

void encode_event(benchmark::State& state) {
    const std::string data = '"' + std::string(static_cast<std::size_t>(state.range(0)), 'x') + '"';
    for (auto _ : state) {
        benchmark::DoNotOptimize(frames::event("order.paid", "private-orders.1", data));
    }
}
BENCHMARK(encode_event)->Arg(100)->Arg(10'000);

}  // namespace
}  // namespace reverb
