// The load client: reads its options, runs one scenario, prints one line of JSON. Exit status 1
// for wrong options, 2 for a failed run, 3 for a passed deadline.
#include <cstdio>
#include <memory>
#include <stdexcept>

#include "common/arguments.h"
#include "common/sockets.h"
#include "load/scenarios.h"

namespace reverb::bench {

namespace {

constexpr const char* usage =
    R"(Usage: bench_load --port=PORT [options]

 --scenario=fan-out      what to measure: fan-out, connects, idle or memory
 --host=127.0.0.1        server, on the loopback interface only
 --socket=PATH           its unix socket, for --publish=socket
 --app-id= --key= --secret=   the application (bench, bench-key, bench-secret)
 --server-pid=PID        process whose CPU time and memory are read
 --tls                   speak TLS, with whatever certificate
 --channel=bench         a name that begins with private- or presence- is signed
 --subscribers=1000      connections subscribed to it
 --offer-compression     with permessage-deflate, where the server agrees to it
 --window=64             of them being opened at a time
 --channels=1            channels of a connection
 --deadline=120          seconds after which the client gives up

 of connects only:
 --present=0             others that are subscribed before
 --closes                measure the end of all as well

 of idle only:
 --ping-every=0          seconds between two pings of a connection, 0: none
 --seconds=10            how long

 of fan-out only:
 --publish=http          http (keep-alive), http-new (a connection each), batch (keep-alive,
                         batch_events), socket or whisper
 --batch=10              events of a batch
 --spread                each subscriber has a channel of its own, and each event of a batch goes
                         to the next of them
 --publish-port=PORT     of HTTP, where it is another server that subscribers are not on
 --publishers=N          connections or members that publish (as in flight; socket: 1)
 --in-flight=1           publishes under way
 --pace=batch            batch: the next ones when all subscribers have the former;
                         free: the next one when an answer comes
 --payload=100           bytes of the event's data
 --records               which are an order with its items rather than letters
 --publishes=1000        at most
 --seconds=10            at most
 --warmup=50             publishes before the measurement
 --announce              say "measuring" on the standard error when that begins
)";

Way way_of(const std::string& name) {
    if (name == "http") {
        return Way::http;
    }
    if (name == "http-new") {
        return Way::http_new;
    }
    if (name == "batch") {
        return Way::batch;
    }
    if (name == "socket") {
        return Way::socket;
    }
    if (name == "whisper") {
        return Way::whisper;
    }
    throw std::invalid_argument("--publish='" + name +
                                "': it must be http, http-new, batch, socket or whisper");
}

FanOut fan_out_options(Arguments& arguments) {
    FanOut options;
    options.way = way_of(arguments.text("publish", "http"));
    options.publishers = arguments.number("publishers", 0);
    options.in_flight = arguments.number("in-flight", 1);
    options.batch = arguments.number("batch", 10);
    options.payload = arguments.number("payload", 100);
    options.records = arguments.flag("records");
    options.publishes = arguments.number("publishes", 1000);
    options.limit = std::chrono::seconds(arguments.number("seconds", 10));
    options.warmup = arguments.number("warmup", 50);
    options.announce = arguments.flag("announce");
    const std::string pace = arguments.text("pace", "batch");
    if (pace != "batch" && pace != "free") {
        throw std::invalid_argument("--pace='" + pace + "': it must be batch or free");
    }
    options.batches = pace == "batch";
    if (options.in_flight == 0) {
        throw std::invalid_argument("--in-flight=0: at least 1 is needed");
    }
    if (options.way == Way::whisper && !options.batches) {
        throw std::invalid_argument("--pace=free: client events have no answers to wait for");
    }
    return options;
}

Report run(Arguments& arguments) {
    Target target;
    target.tcp.host = arguments.text("host", target.tcp.host);
    target.tcp.port = static_cast<std::uint16_t>(arguments.number("port", 0));
    target.socket = arguments.text("socket", "");
    target.app_id = arguments.text("app-id", target.app_id);
    target.key = arguments.text("key", target.key);
    target.secret = arguments.text("secret", target.secret);
    target.channel = arguments.text("channel", target.channel);
    target.channels = arguments.number("channels", 1);
    target.spread = arguments.flag("spread");
    target.offer_compression = arguments.flag("offer-compression");
    target.publish_port = static_cast<std::uint16_t>(arguments.number("publish-port", 0));
    if (arguments.flag("tls")) {
        target.tls = std::make_shared<TlsContext>();
    }
    require_loopback(target.tcp.host);
    if (target.tcp.port == 0) {
        throw std::invalid_argument("--port: the server's port is needed");
    }

    const std::string scenario = arguments.text("scenario", "fan-out");
    const ServerProcess server(static_cast<pid_t>(arguments.number("server-pid", 0)));
    const std::size_t subscribers = arguments.number("subscribers", 1000);
    const std::size_t window = arguments.number("window", 64);
    const Deadline deadline(std::chrono::seconds(arguments.number("deadline", 120)));

    if (scenario == "fan-out") {
        const FanOut options = fan_out_options(arguments);
        const std::size_t members = options.publishers > 0 ? options.publishers : options.in_flight;
        if (options.way == Way::whisper && members > subscribers) {
            throw std::invalid_argument("--in-flight or --publishers=" + std::to_string(members) +
                                        ": there are only " + std::to_string(subscribers) +
                                        " subscribers");
        }
        if (target.channels != 1 || (target.spread && options.way != Way::batch) ||
            (target.spread && (subscribers % options.batch != 0 || options.batch == 0))) {
            throw std::invalid_argument(
                "--channels and --spread: messages go to one channel, or in batches to as many as "
                "there are subscribers");
        }
        arguments.finish();
        return fan_out(target, server, subscribers, window, options, deadline);
    }
    if (scenario == "idle") {
        const std::chrono::seconds ping_every(arguments.number("ping-every", 0));
        const std::chrono::seconds length(arguments.number("seconds", 10));
        arguments.finish();
        return idle(target, server, subscribers, window, ping_every, length, deadline);
    }
    if (scenario == "connects") {
        const std::size_t present = arguments.number("present", 0);
        const bool closes = arguments.flag("closes");
        arguments.finish();
        return connects(target, server, subscribers, window, present, closes, deadline);
    }
    arguments.finish();
    if (scenario == "memory") {
        return memory(target, server, subscribers, window, deadline);
    }
    throw std::invalid_argument("--scenario='" + scenario +
                                "': it must be fan-out, connects, idle or memory");
}

int run_program(int argc, char** argv) {
    try {
        Arguments arguments(argc, argv);
        if (arguments.flag("help")) {
            std::fputs(usage, stdout);
            return 0;
        }
        raise_file_limit();
        run(arguments).print();
        return 0;
    } catch (const std::invalid_argument& error) {
        std::fprintf(stderr, "bench_load: %s (--help tells the options)\n", error.what());
        return 1;
    } catch (const DeadlineError& error) {
        std::fprintf(stderr, "bench_load: %s\n", error.what());
        return 3;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_load: %s\n", error.what());
        return 2;
    }
}

}  // namespace

}  // namespace reverb::bench

int main(int argc, char** argv) {
    return reverb::bench::run_program(argc, argv);
}
