#include "publisher/redis_masters.h"

#include <utility>

#include "cluster/redis_addresses.h"
#include "publisher/publisher.h"

namespace reverb {
namespace {

HostPort address_of(const std::string& text) {
    return split_host_port(text).value_or(HostPort{text, 0});
}

// Of several that are tried in turn, each has its share of the time.
Deadline share(Deadline whole, std::size_t left) {
    return Deadline(whole.left() / static_cast<std::chrono::milliseconds::rep>(left));
}

}  // namespace

std::shared_ptr<RedisLink> RedisMasters::of(std::uint16_t slot, Deadline deadline) {
    if (sharded()) {
        if (!slots_) {
            slots_ = find_slots(deadline);
        }
        const HostPort* const master = slots_->master_of(slot);
        if (master == nullptr) {
            slots_.reset();
            throw ConnectError(0, "The Redis Cluster has no master for slot " +
                                      std::to_string(slot) + ". Check scaling.server.cluster.");
        }
        return link_to(*master, deadline);
    }
    // A master that became a replica may leave its connections as they are, and take every event
    // for nobody. Half of the time is for the next one.
    const auto kept = links_.find("");
    if (kept != links_.end() && kept->second->usable() &&
        kept->second->still_master(config_.ping_interval, share(deadline, 2))) {
        return kept->second;
    }
    close();
    return open_master(deadline);
}

std::shared_ptr<RedisLink> RedisMasters::at(const Redirection& redirection, Deadline deadline) {
    if (!redirection.once && slots_) {
        slots_->move(redirection);
    }
    return link_to(redirection.address, deadline);
}

void RedisMasters::drop(const RedisLink& link) {
    std::erase_if(links_, [&link](const auto& entry) { return entry.second.get() == &link; });
}

void RedisMasters::close() noexcept {
    links_.clear();
    slots_.reset();
}

std::shared_ptr<RedisLink> RedisMasters::link_to(const HostPort& address, Deadline deadline) {
    const std::string name = host_port(address.host, address.port);
    const auto kept = links_.find(name);
    if (kept != links_.end() && kept->second->usable()) {
        return kept->second;
    }
    try {
        return keep(name,
                    {.address = {address.host, address.port, {}},
                     .origin = RedisParty::Origin::cluster,
                     .is_sentinel = false},
                    deadline);
    } catch (const ConnectError&) {
        // Another may have taken its place.
        slots_.reset();
        throw;
    }
}

std::shared_ptr<RedisLink> RedisMasters::keep(const std::string& name, RedisParty party,
                                              Deadline deadline) {
    links_.erase(name);
    auto link = std::make_shared<RedisLink>(config_, std::move(party), deadline);
    link->set_patience(patience_);
    return links_[name] = std::move(link);
}

std::shared_ptr<RedisLink> RedisMasters::open_master(Deadline deadline) {
    if (config_.sentinels.empty()) {
        return keep("", {.address = {config_.host, config_.port, config_.path}}, deadline);
    }
    // Why no Sentinel names it is told only where none does.
    std::optional<ConnectError> sentinel_failed;
    std::optional<ConnectError> master_failed;
    for (std::size_t left = config_.sentinels.size(); left > 0; --left) {
        try {
            RedisParty master = named_by(config_.sentinels[sentinel_], share(deadline, left + 1));
            try {
                return keep("", std::move(master), deadline);
            } catch (const ConnectError& error) {
                // A Sentinel that is cut off from the others still names the master of before.
                master_failed = error;
            }
        } catch (const ConnectError& error) {
            sentinel_failed = error;
        }
        sentinel_ = (sentinel_ + 1) % config_.sentinels.size();
        if (deadline.left() == std::chrono::milliseconds::zero()) {
            break;
        }
    }
    throw master_failed ? *master_failed : *sentinel_failed;
}

RedisParty RedisMasters::named_by(const std::string& sentinel, Deadline deadline) const {
    const HostPort address = address_of(sentinel);
    RedisLink link(config_,
                   {.address = {address.host, address.port, {}},
                    .origin = RedisParty::Origin::sentinels,
                    .is_sentinel = true},
                   deadline);
    try {
        const RedisReply& reply =
            link.ask({"SENTINEL", "get-master-addr-by-name", config_.service}, deadline);
        if (const auto named = master_in(reply)) {
            return {.address = *named, .origin = RedisParty::Origin::sentinels};
        }
        throw ConnectError(0, reply.failed()
                                  ? redis_refusal(link.party(), reply.text)
                                  : redis_unknown_service(link.party(), config_.service));
    } catch (const RedisLink::Lost& lost) {
        throw ConnectError(0, link.party().name() + ": " + lost.what() + ".");
    }
}

SlotMap RedisMasters::find_slots(Deadline deadline) {
    std::string why;
    std::size_t left = config_.cluster.size() + 1;
    for (const std::string& node : config_.cluster) {
        const HostPort address = address_of(node);
        const Deadline until = share(deadline, left--);
        try {
            const auto link = link_to(address, until);
            const RedisReply& reply = link->ask({"CLUSTER", "SLOTS"}, until);
            if (auto slots = SlotMap::read(reply, address.host)) {
                return *std::move(slots);
            }
            why = redis_refusal(link->party(),
                                reply.failed() ? reply.text : "CLUSTER SLOTS with no slots");
        } catch (const ConnectError& error) {
            why = error.what();
        } catch (const RedisLink::Lost& lost) {
            why = "Redis at " + node + ": " + lost.what() + ".";
        }
        links_.erase(host_port(address.host, address.port));
    }
    throw ConnectError(0, why);
}

}  // namespace reverb
