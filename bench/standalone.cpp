// The core as a server without PHP, so that what is measured is the core alone. Options as those
// of server.php; ends on SIGTERM or SIGINT.
#include <csignal>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include "common/arguments.h"
#include "hooks.h"
#include "server.h"

namespace {

reverb::ServerConfig config_from(reverb::bench::Arguments& arguments) {
    reverb::Application app;
    app.id = arguments.text("app-id", "bench");
    app.key = arguments.text("key", "bench-key");
    app.secret = arguments.text("secret", "bench-secret");

    reverb::ServerConfig config;
    config.host = "127.0.0.1";
    config.port = static_cast<std::uint16_t>(arguments.number("port", 0));
    config.max_request_size = 20'000;  // a row publishes 10 KB
    config.threads = static_cast<unsigned>(arguments.number("threads", 1));
    config.compression.enabled = true;  // for those of the load client that offer it
    config.socket = arguments.text("socket", "");
    config.socket_required = true;
    config.tls.certificate_file = arguments.text("certificate", "");
    config.tls.private_key_file = arguments.text("private-key", "");
    config.apps.push_back(app);
    arguments.finish();
    return config;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        // Blocked before any thread starts, so that they come to sigwait() alone.
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGINT);
        sigaddset(&signals, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals, nullptr);

        reverb::bench::Arguments arguments(argc, argv);
        reverb::Server server(config_from(arguments), std::make_shared<reverb::HookQueue>());
        server.start();
        for (const std::string& warning : server.warnings()) {
            std::fprintf(stderr, "bench_server: %s\n", warning.c_str());
        }
        std::printf("listening on port %u\n", server.port());
        std::fflush(stdout);

        int signal = 0;
        sigwait(&signals, &signal);
        server.stop();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_server: %s\n", error.what());
        return 1;
    }
}
