#include <time.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <vector>

#include "load/http_publisher.h"
#include "load/message.h"
#include "load/scenarios.h"
#include "load/socket_publisher.h"
#include "load/subscriber_pool.h"
#include "load/whisper_publisher.h"

namespace reverb::bench {

namespace {

double microseconds(std::chrono::nanoseconds duration) {
    return static_cast<double>(duration.count()) / 1'000;
}

std::chrono::nanoseconds own_cpu() {
    timespec used{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

class Run {
  public:
    Run(const Target& target, std::size_t subscribers, std::size_t window, const FanOut& options,
        const Deadline& deadline)
        : options_(options), deadline_(deadline), pool_(loop_, target) {
        pool_.open(subscribers, window, deadline);
        receivers_ = target.spread ? 1 : subscribers;
        receivers_ *= options.way == Way::batch ? options.batch : 1;
        receivers_ -= options.way == Way::whisper ? 1 : 0;
        publisher_ = make_publisher(target);
    }

    // Makes `count` publishes, or as many as the limit leaves time for, and waits for all that
    // they cause.
    void publish(std::uint64_t count) {
        const Clock::time_point end = Clock::now() + options_.limit;
        const std::uint64_t last = published_ + count;
        while (published_ < last && Clock::now() < end) {
            if (options_.batches) {
                send(std::min<std::uint64_t>(options_.in_flight, last - published_));
                finish();
                batches_.add(pool_.tally().last_delivery - pool_.tally().published);
            } else {
                const std::uint64_t free =
                    options_.in_flight - (published_ - publisher_->answered());
                send(std::min<std::uint64_t>(free, last - published_));
                turn();
            }
        }
        finish();
    }

    // Looks at each connection, after a moment in which anything too much would come.
    void check_deliveries() {
        const Clock::time_point end = Clock::now() + std::chrono::milliseconds(50);
        while (Clock::now() < end) {
            loop_.turn(std::chrono::milliseconds(10));
        }
        // What a publishing member misses is what it sent itself.
        const std::size_t members = options_.way == Way::whisper ? publishers() : 0;
        std::uint64_t own_total = 0;
        for (std::size_t i = 0; i < pool_.size(); ++i) {
            const std::uint64_t sent = sent_to(i);
            const std::uint64_t missing = sent - std::min(sent, pool_[i].received());
            if (pool_[i].received() > sent || (i >= members && missing > 0)) {
                throw std::runtime_error("subscriber " + std::to_string(i) + " received " +
                                         std::to_string(pool_[i].received()) + " of " +
                                         std::to_string(sent) + " events");
            }
            own_total += missing;
        }
        if (members > 0 && own_total != published_) {
            throw std::runtime_error("the members missed " + std::to_string(own_total) +
                                     " events, but sent " + std::to_string(published_));
        }
    }

    void forget_measurements() {
        pool_.tally().latency.clear();
        publisher_->latency().clear();
        batches_.clear();
    }

    [[nodiscard]] std::uint64_t published() const noexcept { return published_; }
    [[nodiscard]] Tally& tally() noexcept { return pool_.tally(); }
    [[nodiscard]] Histogram& answers() noexcept { return publisher_->latency(); }
    [[nodiscard]] Histogram& batches() noexcept { return batches_; }

  private:
    [[nodiscard]] std::size_t publishers() const {
        if (options_.publishers > 0) {
            return options_.publishers;
        }
        return options_.way == Way::socket ? 1 : options_.in_flight;
    }

    // Events that this subscriber must have got.
    [[nodiscard]] std::uint64_t sent_to(std::size_t subscriber) const {
        if (options_.way != Way::batch) {
            return published_;
        }
        if (batches_made_ == 0) {
            return published_ * options_.batch;
        }
        const bool once_more = subscriber / options_.batch < published_ % batches_made_;
        return published_ / batches_made_ + (once_more ? 1 : 0);
    }

    // One for all subscribers, or each with the next few of the subscribers' own channels.
    std::vector<std::string> batches(const Target& target, const std::string& data) {
        if (!target.spread) {
            return {
                http_batch(target, data, std::vector<std::string>(options_.batch, target.channel))};
        }
        std::vector<std::string> requests;
        for (std::size_t first = 0; first + options_.batch <= pool_.size();
             first += options_.batch) {
            std::vector<std::string> channels;
            for (std::size_t i = 0; i < options_.batch; ++i) {
                channels.push_back(target.channel_of(first + i));
            }
            requests.push_back(http_batch(target, data, channels));
        }
        batches_made_ = requests.size();
        return requests;
    }

    std::unique_ptr<Publisher> make_publisher(const Target& target) {
        const std::string data =
            options_.records ? order_data(options_.payload) : event_data(options_.payload);
        switch (options_.way) {
            case Way::http:
            case Way::http_new:
                return std::make_unique<HttpPublisher>(
                    loop_, target,
                    std::vector{http_request(target, data, options_.way == Way::http)},
                    publishers(), options_.way == Way::http);
            case Way::batch:
                return std::make_unique<HttpPublisher>(loop_, target, batches(target, data),
                                                       publishers(), true);
            case Way::socket:
                return std::make_unique<SocketPublisher>(loop_, target.socket,
                                                         wire_frame(target, data), publishers());
            case Way::whisper:
                return std::make_unique<WhisperPublisher>(pool_, whisper_frame(target, data),
                                                          publishers());
        }
        throw std::logic_error("no such way to publish");
    }

    void send(std::uint64_t count) {
        if (count == 0) {
            return;
        }
        pool_.tally().published = Clock::now();
        publisher_->send(count);
        published_ += count;
    }

    void finish() {
        while (pool_.tally().deliveries < published_ * receivers_ ||
               publisher_->answered() < published_) {
            turn();
        }
    }

    void turn() {
        loop_.turn(deadline_.left("waiting for deliveries, " +
                                  std::to_string(pool_.tally().deliveries) + " of " +
                                  std::to_string(published_ * receivers_) + " came"));
    }

    const FanOut& options_;
    const Deadline& deadline_;
    EventLoop loop_;
    SubscriberPool pool_;
    std::unique_ptr<Publisher> publisher_;
    std::uint64_t published_ = 0;
    std::uint64_t receivers_ = 0;     // of a publish
    std::uint64_t batches_made_ = 0;  // different ones; 0: all are for the same channel
    Histogram batches_;               // published to the last delivery of all
};

}  // namespace

Report fan_out(const Target& target, const ServerProcess& server, std::size_t subscribers,
               std::size_t window, const FanOut& options, const Deadline& deadline) {
    Run run(target, subscribers, window, options, deadline);
    run.publish(options.warmup);
    run.forget_measurements();

    if (options.announce) {
        std::fputs("measuring\n", stderr);
    }
    const std::uint64_t published_before = run.published();
    const std::uint64_t deliveries_before = run.tally().deliveries;
    const std::uint64_t bytes_before = run.tally().bytes;
    const std::uint64_t records_before = target.tls ? target.tls->records_received() : 0;
    const auto server_before = server.cpu();
    const auto client_before = own_cpu();
    const auto begin = Clock::now();
    run.publish(options.publishes);
    const std::chrono::duration<double> took = Clock::now() - begin;
    const auto server_used = server.cpu() - server_before;
    const auto client_used = own_cpu() - client_before;
    const std::uint64_t publishes = run.published() - published_before;
    const std::uint64_t deliveries = run.tally().deliveries - deliveries_before;
    const std::uint64_t bytes = run.tally().bytes - bytes_before;
    const std::uint64_t records = target.tls ? target.tls->records_received() - records_before : 0;
    run.check_deliveries();

    const auto per = [](double value, std::uint64_t count) {
        return count == 0 ? 0.0 : value / static_cast<double>(count);
    };
    Report report;
    report.add("publishes", publishes);
    report.add("deliveries", deliveries);
    report.add("seconds", took.count());
    report.add("publishes_per_second", static_cast<double>(publishes) / took.count());
    report.add("events_per_second",
               static_cast<double>(publishes * (options.way == Way::batch ? options.batch : 1)) /
                   took.count());
    report.add("deliveries_per_second", static_cast<double>(deliveries) / took.count());
    report.add("bytes_per_delivery", per(static_cast<double>(bytes), deliveries));
    report.add("server_cpu_us_per_delivery", per(microseconds(server_used), deliveries));
    report.add("server_cpu_us_per_publish", per(microseconds(server_used), publishes));
    report.add("server_cpu_share", microseconds(server_used) / 1e6 / took.count());
    report.add("client_cpu_us_per_delivery", per(microseconds(client_used), deliveries));
    if (target.tls) {
        // Those of answers to the publisher are among them, a thousandth of 1,000 subscribers'.
        report.add("tls_records_per_delivery", per(static_cast<double>(records), deliveries));
    }
    if (options.batches) {
        report.add("last_p50_us", run.batches().percentile_us(0.5));
        report.add("last_p99_us", run.batches().percentile_us(0.99));
        report.add("each_p50_us", run.tally().latency.percentile_us(0.5));
        report.add("each_p99_us", run.tally().latency.percentile_us(0.99));
    }
    if (run.answers().count() > 0) {
        report.add("answer_p50_us", run.answers().percentile_us(0.5));
        report.add("answer_p99_us", run.answers().percentile_us(0.99));
    }
    return report;
}

}  // namespace reverb::bench
