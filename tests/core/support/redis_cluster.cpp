#include "support/redis_cluster.h"

#include <algorithm>
#include <stdexcept>

#include "cluster/slot_map.h"
#include "support/eventually.h"

namespace reverb::testing {

namespace {

constexpr std::size_t masters = 3;
constexpr std::size_t third = SlotMap::slots / masters + 1;

}  // namespace

RedisClusterServers::RedisClusterServers(std::size_t replicas) {
    for (std::size_t i = 0; i < masters + replicas; ++i) {
        const std::string bus = std::to_string(free_port());
        servers_.push_back(std::make_unique<RedisServer>(std::vector<std::string>{
            "--cluster-enabled", "yes", "--cluster-port", bus, "--cluster-node-timeout", "1000"}));
        const std::string port = std::to_string(servers_.back()->port());
        servers_.front()->ask({"CLUSTER", "MEET", "127.0.0.1", port, bus});
    }
    for (std::size_t i = 0; i < masters; ++i) {
        const std::size_t last = std::min<std::size_t>((i + 1) * third, SlotMap::slots) - 1;
        server(i).ask(
            {"CLUSTER", "ADDSLOTSRANGE", std::to_string(i * third), std::to_string(last)});
    }
    const std::string known = "cluster_known_nodes:" + std::to_string(servers_.size());
    bool ready = eventually([&] { return all_say(known); });
    for (std::size_t i = masters; i < servers_.size(); ++i) {
        ready = ready && eventually([&] {
                    return server(i).ask({"CLUSTER", "REPLICATE", id(0)}).text == "OK";
                });
    }
    ready = ready && eventually([&] {
                return all_say("cluster_state:ok") &&
                       server(0).ask({"ROLE"}).elements.at(2).elements.size() == replicas;
            });
    if (!ready) {
        throw std::runtime_error("the servers did not become a Redis Cluster");
    }
}

RedisConfig RedisClusterServers::config() const {
    RedisConfig config;
    config.cluster = {"127.0.0.1:" + std::to_string(server(0).port()),
                      "127.0.0.1:" + std::to_string(server(1).port())};
    return config;
}

std::string RedisClusterServers::id(std::size_t index) const {
    return server(index).ask({"CLUSTER", "MYID"}).text;
}

std::size_t RedisClusterServers::index_of(std::string_view key) {
    return hash_slot(key) / third;
}

std::string RedisClusterServers::key_of(std::size_t index, const std::string& prefix) {
    for (int i = 0;; ++i) {
        std::string key = prefix + std::to_string(i);
        if (index_of(key) == index) {
            return key;
        }
    }
}

void RedisClusterServers::move(std::string_view key, std::size_t from, std::size_t to) const {
    const std::string slot = std::to_string(hash_slot(key));
    const std::string owner = id(to);
    for (const std::size_t index : {to, from}) {
        server(index).ask({"CLUSTER", "SETSLOT", slot, "NODE", owner});
    }
}

bool RedisClusterServers::all_say(std::string_view fact) const {
    return std::all_of(servers_.begin(), servers_.end(), [&](const auto& server) {
        return server->ask({"CLUSTER", "INFO"}).text.find(fact) != std::string::npos;
    });
}

}  // namespace reverb::testing
