#include "support/redis_sentinel.h"

#include <fstream>
#include <stdexcept>

#include "support/certificate_files.h"
#include "support/eventually.h"

namespace reverb::testing {

RedisSentinelServer::RedisSentinelServer(const RedisServer& master, const std::string& more)
    : port_(free_port()) {
    std::ofstream(directory_.file("sentinel.conf"))
        << "port " << port_ << "\nbind 127.0.0.1\ndir " << directory_.file("")
        << "\nsentinel monitor main 127.0.0.1 " << master.port() << " 1"
        << "\nsentinel down-after-milliseconds main 300\nsentinel failover-timeout main 2000\n"
        << more;
    process_ =
        ChildProcess({"redis-sentinel", directory_.file("sentinel.conf")}, directory_.file("log"));
    const bool up = eventually([&] {
        try {
            static_cast<void>(ask_redis(port_, {"PING"}));
            return true;
        } catch (const std::exception&) {
            return !process_.running();
        }
    });
    if (!up || !process_.running()) {
        throw std::runtime_error("redis-sentinel did not start: " +
                                 read_file(directory_.file("log")));
    }
    // It would look only every 10 s what becomes of the servers.
    ask_redis(port_, {"SENTINEL", "DEBUG", "info-period", "200", "ping-period", "100",
                      "publish-period", "200"});
}

RedisConfig RedisSentinelServer::config() const {
    RedisConfig config;
    config.sentinels = {address()};
    config.service = "main";
    return config;
}

std::size_t RedisSentinelServer::replicas() const {
    return ask_redis(port_, {"SENTINEL", "replicas", "main"}).elements.size();
}

}  // namespace reverb::testing
