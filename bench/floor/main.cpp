// The floor's command line. It takes the options that every server under bench/run is started
// with; those of the application it does not need.
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <utility>

#include "common/arguments.h"
#include "floor/floor.h"

int main(int argc, char** argv) {
    using namespace reverb::bench;
    try {
        Arguments arguments(argc, argv);
        TcpTarget tcp;
        tcp.port = static_cast<std::uint16_t>(arguments.number("port", 0));
        const std::string socket = arguments.text("socket", "");
        for (const char* unused : {"app-id", "key", "secret", "threads"}) {
            (void)arguments.text(unused, "");
        }
        std::unique_ptr<const TlsContext> tls;
        if (const std::string certificate = arguments.text("certificate", "");
            !certificate.empty()) {
            tls =
                std::make_unique<const TlsContext>(certificate, arguments.text("private-key", ""));
        }
        arguments.finish();
        if (tcp.port == 0) {
            throw std::invalid_argument("--port: the port to listen on is needed");
        }
        raise_file_limit();
        Floor(tcp, socket, std::move(tls)).run();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_floor: %s\n", error.what());
        return 1;
    }
}
