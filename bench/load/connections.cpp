#include <string>

#include "common/websocket.h"
#include "load/scenarios.h"
#include "load/subscriber_pool.h"

namespace reverb::bench {

namespace {

// Serves what comes meanwhile, pings say.
void settle(EventLoop& loop, std::chrono::milliseconds duration) {
    const Clock::time_point end = Clock::now() + duration;
    while (Clock::now() < end) {
        loop.turn(std::chrono::milliseconds(50));
    }
}

constexpr std::chrono::milliseconds settling{1'000};
// A server gives memory back when there is time for it.
constexpr std::chrono::milliseconds returning{4'000};

}  // namespace

Report connects(const Target& target, const ServerProcess& server, std::size_t subscribers,
                std::size_t window, std::size_t present, bool closes, const Deadline& deadline) {
    EventLoop loop;
    SubscriberPool pool(loop, target);
    const auto open = [&](std::size_t count) {
        pool.open(count, window, deadline);
        if (target.presence_channel()) {
            pool.await_members(deadline);
        }
    };
    open(present);
    pool.tally().opening.clear();
    const auto cpu_before = server.cpu();
    const auto begin = Clock::now();
    open(subscribers);
    const std::chrono::duration<double> took = Clock::now() - begin;
    const std::chrono::duration<double, std::micro> used = server.cpu() - cpu_before;

    Report report;
    report.add("connects", static_cast<std::uint64_t>(subscribers));
    report.add("seconds", took.count());
    report.add("connects_per_second", static_cast<double>(subscribers) / took.count());
    report.add("server_cpu_us_per_connect", used.count() / static_cast<double>(subscribers));
    report.add("open_p50_us", pool.tally().opening.percentile_us(0.5));
    report.add("open_p99_us", pool.tally().opening.percentile_us(0.99));
    if (closes) {
        const auto before = server.cpu();
        pool.close_all();
        settle(loop, settling);
        const std::chrono::duration<double, std::micro> closing = server.cpu() - before;
        report.add("server_cpu_us_per_close",
                   closing.count() / static_cast<double>(present + subscribers));
    }
    return report;
}

Report memory(const Target& target, const ServerProcess& server, std::size_t subscribers,
              std::size_t window, const Deadline& deadline) {
    EventLoop loop;
    SubscriberPool pool(loop, target);
    const auto before = static_cast<double>(server.resident_bytes());
    const auto kernel_before = static_cast<double>(kernel_bytes());
    pool.open(subscribers, window, deadline);
    settle(loop, settling);
    const auto with = static_cast<double>(server.resident_bytes());
    const auto kernel_with = static_cast<double>(kernel_bytes());
    pool.close_all();
    settle(loop, returning);
    const auto after = static_cast<double>(server.resident_bytes());

    Report report;
    report.add("connections", static_cast<std::uint64_t>(subscribers));
    report.add("bytes_per_connection", (with - before) / static_cast<double>(subscribers));
    report.add("resident_before", before);
    report.add("resident_with", with);
    report.add("resident_after", after);
    report.add("kernel_bytes_per_socket",
               (kernel_with - kernel_before) / static_cast<double>(2 * subscribers));
    return report;
}

Report idle(const Target& target, const ServerProcess& server, std::size_t subscribers,
            std::size_t window, std::chrono::seconds ping_every, std::chrono::seconds length,
            const Deadline& deadline) {
    EventLoop loop;
    SubscriberPool pool(loop, target);
    pool.open(subscribers, window, deadline);
    settle(loop, settling);

    std::string ping;
    append_client_frame(ping, Opcode::text, R"({"event":"pusher:ping","data":{}})");
    const auto cpu_before = server.cpu();
    const auto begin = Clock::now();
    std::uint64_t pings = 0;
    for (auto now = begin; now < begin + length; now = Clock::now()) {
        // Spread over the time, as connections that came one by one are.
        const std::chrono::duration<double> gone = now - begin;
        const auto due =
            ping_every.count() == 0
                ? 0
                : static_cast<std::uint64_t>(gone / ping_every * static_cast<double>(subscribers));
        for (; pings < due; ++pings) {
            pool[pings % subscribers].send(ping);
        }
        loop.turn(std::chrono::milliseconds(5));
    }
    const std::chrono::duration<double> took = Clock::now() - begin;
    const std::chrono::duration<double> used = server.cpu() - cpu_before;

    Report report;
    report.add("connections", static_cast<std::uint64_t>(subscribers));
    report.add("pings", pings);
    report.add("server_cpu_percent", 100 * used / took);
    return report;
}

}  // namespace reverb::bench
