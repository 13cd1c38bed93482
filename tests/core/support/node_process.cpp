#include "support/node_process.h"

#include <unistd.h>

#include <iostream>
#include <memory>
#include <stdexcept>

#include "server.h"
#include "support/application.h"
#include "support/certificate_files.h"
#include "support/eventually.h"

namespace reverb::testing {

NodeProcess::NodeProcess(std::uint16_t redis)
    : process_({"/proc/self/exe", word, std::to_string(redis)}, directory_.file("log")) {
    std::string told;
    const bool listens = eventually([&] {
        told = read_file(directory_.file("log"));
        return told.ends_with('\n') || !process_.running();
    });
    if (!listens || !process_.running()) {
        throw std::runtime_error("the node did not start: " + told);
    }
    port_ = static_cast<std::uint16_t>(std::stoi(told));
}

void NodeProcess::run(std::uint16_t redis) {
    ServerConfig config;
    config.host = "127.0.0.1";
    config.port = 0;
    config.threads = 1;
    config.apps = {test_application()};
    config.scaling.enabled = true;
    config.scaling.connections_of_cluster = true;
    config.scaling.redis.port = redis;
    Server server(std::move(config), std::make_shared<HookQueue>());
    server.start();
    std::cout << server.port() << std::endl;
    for (;;) {
        ::pause();
    }
}

}  // namespace reverb::testing
