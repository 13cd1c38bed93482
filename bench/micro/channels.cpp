// What the channels cost without any I/O: the directory, and from one event to all outboxes.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "channel/directory.h"
#include "channel/publishing.h"
#include "net/outbox.h"
#include "support/services.h"

namespace reverb {
namespace {

void find_threads(benchmark::State& state) {
    Directory directory(4);
    std::vector<std::string> keys;
    for (int i = 0; i < state.range(0); ++i) {
        keys.push_back(channel_key("app-id", "orders." + std::to_string(i)));
        directory.subscribe(keys.back(), 0, nullptr, nullptr, 0);
    }
    std::size_t next = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(directory.threads(keys[next]));
        next = (next + 1) % keys.size();
    }
}
BENCHMARK(find_threads)->Arg(1)->Arg(10'000);

void join_and_leave(benchmark::State& state) {
    Directory directory(4);
    const std::string key = channel_key("app-id", "orders");
    for (auto _ : state) {
        directory.subscribe(key, 0, nullptr, nullptr, 0);
        directory.unsubscribe(key, 0, nullptr, nullptr);
    }
}
BENCHMARK(join_and_leave);

// A connection as far as delivery goes.
class Connection final : public Subscriber {
  public:
    Connection(std::uint32_t number, TurnFrames& turn) : Subscriber({number, 1}), turn_(turn) {}
    void deliver(const FramePtr& frame) override { outbox.add(frame, turn_); }
    void terminate() override {}
    Outbox outbox;

  private:
    TurnFrames& turn_;
};

// A turn in which so many events go to so many subscribers; an item is a delivery.
void fan_out(benchmark::State& state) {
    const auto subscribers = static_cast<std::uint32_t>(state.range(0));
    testing::TestServices world;
    TurnFrames turn;
    FrameJoiner joiner;
    std::vector<std::unique_ptr<Connection>> connections;
    for (std::uint32_t i = 0; i < subscribers; ++i) {
        connections.push_back(std::make_unique<Connection>(i + 1, turn));
        world.subscribe(*connections.back(), "orders");
    }
    PublishRequest request;
    request.app_id = world.config.apps.front().id;
    request.channels = {"orders"};
    request.event = "order.paid";
    request.data = std::string(100, 'x');
    for (auto _ : state) {
        for (int event = 0; event < state.range(1); ++event) {
            benchmark::DoNotOptimize(publish_event(world.services, request));
        }
        for (const auto& connection : connections) {
            const Outbox::Next next = connection->outbox.next(1U << 20U, turn, joiner);
            benchmark::DoNotOptimize(next.bytes.data());
            connection->outbox.written(next);
        }
        turn.forget();
        world.thread.posted.clear();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0) * state.range(1));
}
BENCHMARK(fan_out)->Args({1, 1})->Args({1'000, 1})->Args({1'000, 8})->Args({1'000, 32});

// Behind a slow socket: kept from turn to turn, written some at a time.
void slow_outbox(benchmark::State& state) {
    TurnFrames turn;
    FrameJoiner joiner;
    Outbox outbox;
    const FramePtr frame = std::make_shared<const Frame>(std::string(155, 'x'));
    for (auto _ : state) {
        for (int event = 0; event < 32; ++event) {
            outbox.add(frame, turn);
        }
        outbox.keep();
        turn.forget();
        while (!outbox.empty()) {
            outbox.written(outbox.next(1'000, turn, joiner));
        }
        joiner.forget();
    }
    state.SetItemsProcessed(state.iterations() * 32);
}
BENCHMARK(slow_outbox);

}  // namespace
}  // namespace reverb
