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

}  // namespace

Report connects(const Target& target, const ServerProcess& server, std::size_t subscribers,
                std::size_t window, const Deadline& deadline) {
    EventLoop loop;
    SubscriberPool pool(loop, target);
    const auto cpu_before = server.cpu();
    const auto begin = Clock::now();
    pool.open(subscribers, window, deadline);
    const std::chrono::duration<double> took = Clock::now() - begin;
    const std::chrono::duration<double, std::micro> used = server.cpu() - cpu_before;

    Report report;
    report.add("connects", static_cast<std::uint64_t>(subscribers));
    report.add("seconds", took.count());
    report.add("connects_per_second", static_cast<double>(subscribers) / took.count());
    report.add("server_cpu_us_per_connect", used.count() / static_cast<double>(subscribers));
    report.add("open_p50_us", pool.tally().opening.percentile_us(0.5));
    report.add("open_p99_us", pool.tally().opening.percentile_us(0.99));
    return report;
}

Report memory(const Target& target, const ServerProcess& server, std::size_t subscribers,
              std::size_t window, const Deadline& deadline) {
    EventLoop loop;
    SubscriberPool pool(loop, target);
    const auto before = static_cast<double>(server.resident_bytes());
    pool.open(subscribers, window, deadline);
    settle(loop, settling);
    const auto with = static_cast<double>(server.resident_bytes());
    pool.close_all();
    settle(loop, settling);
    const auto after = static_cast<double>(server.resident_bytes());

    Report report;
    report.add("connections", static_cast<std::uint64_t>(subscribers));
    report.add("bytes_per_connection", (with - before) / static_cast<double>(subscribers));
    report.add("resident_before", before);
    report.add("resident_with", with);
    report.add("resident_after", after);
    return report;
}

}  // namespace reverb::bench
