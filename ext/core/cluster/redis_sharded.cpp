#include "cluster/redis_sharded.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/host_port.h"
#include "cluster/redis_addresses.h"
#include "counters.h"

namespace reverb {

using std::chrono::milliseconds;

namespace {

// How often a command is sent elsewhere before its error is its answer.
constexpr unsigned max_redirections = 16;
constexpr milliseconds sweep_interval{50};

std::string text_of(const HostPort& address) {
    return host_port(address.host, address.port);
}

}  // namespace

RedisSharded::RedisSharded(RedisContext& context, RedisBackend::Listener& listener)
    : context_(context),
      listener_(listener),
      topology_(context, client_addresses(context.config.cluster, "scaling.server.cluster"), *this),
      sweep_(context.loop),
      parked_(context) {
}

RedisSharded::~RedisSharded() {
    close();
}

void RedisSharded::start() {
    topology_.ask();
}

void RedisSharded::close() {
    up_ = false;
    topology_.close();
    sweep_.cancel();
    for (const auto& [address, endpoint] : endpoints_) {
        endpoint->close("the server stops");
    }
    for (const auto& endpoint : retired_) {
        endpoint->close("the server stops");
    }
    while (!parked_.empty()) {
        const RedisRequest request = parked_.pop();
        if (request.is_publish()) {
            count(context_.counters.dropped);
        }
        request.finish(lost_reply("the server stops"));
    }
}

bool RedisSharded::idle() const {
    const auto idle = [](const RedisEndpoint& endpoint) { return endpoint.idle(); };
    return (!up_ || parked_.empty()) &&
           std::all_of(endpoints_.begin(), endpoints_.end(),
                       [&](const auto& entry) { return idle(*entry.second); }) &&
           std::all_of(retired_.begin(), retired_.end(),
                       [&](const auto& endpoint) { return idle(*endpoint); });
}

bool RedisSharded::up(std::string_view key) const {
    const RedisEndpoint* const owner = owner_of(hash_slot(key));
    return owner != nullptr && owner->up();
}

bool RedisSharded::up_in_part() const {
    return std::any_of(endpoints_.begin(), endpoints_.end(),
                       [](const auto& entry) { return entry.second->up(); });
}

RedisEndpoint* RedisSharded::endpoint_at(const std::string& address) const {
    const auto found = endpoints_.find(address);
    return found != endpoints_.end() ? found->second.get() : nullptr;
}

bool RedisSharded::is_ours(const RedisEndpoint& endpoint) const {
    return endpoint_at(endpoint.address().text()) == &endpoint;
}

RedisEndpoint* RedisSharded::owner_of(std::uint16_t slot) const {
    const HostPort* const master = map_ ? map_->master_of(slot) : nullptr;
    return master != nullptr && !moving_.contains(slot) ? endpoint_at(text_of(*master)) : nullptr;
}

// A command without a key goes to whoever can be had.
void RedisSharded::send(RedisRequest request) {
    request.number = ++last_number_;
    request.slot = hash_slot(request.subject);
    RedisEndpoint* const endpoint = request.subject.empty() && !request.is_publish()
                                        ? endpoint_to_ask({})
                                        : owner_of(request.slot);
    if (endpoint != nullptr) {
        endpoint->send(std::move(request));
    } else if (request.is_publish()) {
        park(std::move(request));
    } else {
        lose_soon(context_, std::move(request), "no master of the Redis Cluster has its slot");
    }
}

void RedisSharded::park(RedisRequest request) {
    parked_.insert(std::move(request));
    parked_.bound(RedisQueue::max_messages);
}

// To those whose masters are known now. Commands do not wait any longer.
void RedisSharded::send_parked() {
    for (RedisRequest& request : parked_.take([this](const RedisRequest& waiting) {
             return owner_of(waiting.slot) != nullptr || !waiting.is_publish();
         })) {
        RedisEndpoint* const owner = owner_of(request.slot);
        if (owner != nullptr) {
            owner->send(std::move(request));
        } else if (moving_.contains(request.slot)) {
            park(std::move(request));
        } else {
            lose_soon(context_, std::move(request), "no master of the Redis Cluster has its slot");
        }
    }
}

void RedisSharded::subscribe(const std::string& channel) {
    const auto [entry, added] = channels_.try_emplace(channel);
    if (added) {
        place(channel, entry->second);
    } else if (RedisEndpoint* const endpoint = endpoint_at(entry->second)) {
        endpoint->subscribe(channel);
    }
}

void RedisSharded::unsubscribe(const std::string& channel) {
    const auto found = channels_.find(channel);
    if (found != channels_.end()) {
        if (RedisEndpoint* const endpoint = endpoint_at(found->second)) {
            endpoint->unsubscribe(channel);
        }
        channels_.erase(found);
    }
}

// Subscribes to it where it is now.
void RedisSharded::place(const std::string& channel, std::string& address) {
    const std::uint16_t slot = hash_slot(channel);
    RedisEndpoint* const owner = owner_of(slot);
    if (owner == nullptr || !cluster_down_.empty()) {
        return;
    }
    const std::string now = text_of(*map_->master_of(slot));
    if (now == address) {
        return;
    }
    if (RedisEndpoint* const before = endpoint_at(address)) {
        before->unsubscribe(channel);
        leave(channel, address);
    }
    address = now;
    owner->subscribe(channel);
}

// It is subscribed to nowhere.
void RedisSharded::leave(const std::string& channel, std::string& address) {
    address.clear();
    listener_.unsubscribed(channel);
}

void RedisSharded::place_all() {
    for (auto& [channel, address] : channels_) {
        place(channel, address);
    }
}

void RedisSharded::endpoint_up(RedisEndpoint& endpoint) {
    if (is_ours(endpoint)) {
        judge();
    }
}

void RedisSharded::endpoint_down(RedisEndpoint& endpoint, const std::string& why) {
    if (is_ours(endpoint)) {
        why_ = why;
        judge();
    }
}

void RedisSharded::subscribed(const std::string& channel) {
    if (channels_.contains(channel)) {
        listener_.subscribed(channel);
    }
    if (!up_) {
        judge();
    }
}

void RedisSharded::received(std::string_view channel, std::string_view message) {
    listener_.received(channel, message);
}

// The slot's publishes wait until it is known who has it, so that none overtakes the one that was
// sent back.
bool RedisSharded::redirected(RedisEndpoint& endpoint, RedisRequest& request,
                              const RedisReply& reply) {
    const bool down = reply.is_error("CLUSTERDOWN");
    if (down) {
        cluster_down_ = reply.text;
    }
    if (!request.is_publish() && (down || ++request.redirections > max_redirections)) {
        judge();
        return false;
    }
    const auto redirection = redirection_of(reply, endpoint.address().host);
    if (redirection && redirection->once) {
        if (RedisEndpoint* const next = endpoint_at(text_of(redirection->address))) {
            next->send_asking(std::move(request));
            return true;
        }
    }
    moving_.insert(request.slot);
    park(std::move(request));
    topology_.ask(endpoint.address().text());
    if (down) {
        judge();
    }
    return true;
}

void RedisSharded::unsubscribed(RedisEndpoint& endpoint, const std::string& channel,
                                const std::string& error) {
    endpoint.forget(channel);
    const auto found = channels_.find(channel);
    if (found == channels_.end() || found->second != endpoint.address().text()) {
        return;
    }
    leave(channel, found->second);
    if (error.starts_with("CLUSTERDOWN")) {
        cluster_down_ = error;
        judge();
    }
    topology_.ask(endpoint.address().text());
}

RedisEndpoint* RedisSharded::endpoint_to_ask(const std::string& preferred) {
    RedisEndpoint* const first = endpoint_at(preferred);
    if (first != nullptr && first->up()) {
        return first;
    }
    const auto found = std::find_if(endpoints_.begin(), endpoints_.end(),
                                    [](const auto& entry) { return entry.second->up(); });
    return found != endpoints_.end() ? found->second.get() : nullptr;
}

void RedisSharded::topology(SlotMap map) {
    map_ = std::move(map);
    retire_others(read_owners());
    settle_slots();
    if (cluster_down_.empty()) {
        place_all();
        send_parked();
    } else {
        ask_state();
    }
    judge();
}

void RedisSharded::topology_unknown(const std::string& why) {
    why_ = why;
    judge();
}

// The addresses of all masters with slots; each gets an endpoint.
std::set<std::string> RedisSharded::read_owners() {
    std::set<std::string> owners;
    std::vector<ClientAddress> addresses;
    const HostPort* last = nullptr;
    uncovered_.clear();
    for (std::uint16_t slot = 0; slot < SlotMap::slots; ++slot) {
        const HostPort* const master = map_->master_of(slot);
        if (master == nullptr && uncovered_.empty()) {
            uncovered_ = std::to_string(slot);
        }
        if (master == nullptr || master == last) {
            continue;
        }
        last = master;
        const std::string text = text_of(*master);
        if (!owners.insert(text).second) {
            continue;
        }
        const ClientAddress address{master->host, master->port, {}};
        addresses.push_back(address);
        std::unique_ptr<RedisEndpoint>& endpoint = endpoints_[text];
        if (endpoint == nullptr) {
            endpoint =
                std::make_unique<RedisEndpoint>(context_, std::make_unique<FixedLocator>(address),
                                                true, static_cast<RedisEndpoint::Listener&>(*this));
            endpoint->start();
        }
    }
    topology_.know(std::move(addresses));
    return owners;
}

// What waits at a server that is not, or no longer, the master of its slot is sent to who is.
void RedisSharded::retire_others(const std::set<std::string>& owners) {
    for (auto entry = endpoints_.begin(); entry != endpoints_.end();) {
        auto& [address, endpoint] = *entry;
        for (RedisRequest& request :
             endpoint->take_waiting([this, &address = address](const RedisRequest& waiting) {
                 const HostPort* const master = map_->master_of(waiting.slot);
                 return master == nullptr || text_of(*master) != address;
             })) {
            park(std::move(request));
        }
        if (owners.contains(address)) {
            ++entry;
            continue;
        }
        for (auto& [channel, place] : channels_) {
            if (place == address) {
                leave(channel, place);
            }
        }
        // It may be the one whose answer has told.
        retired_.push_back(std::move(endpoint));
        entry = endpoints_.erase(entry);
        sweep_.every(sweep_interval, [this] { sweep(); });
    }
}

void RedisSharded::sweep() {
    std::erase_if(retired_, [](const auto& endpoint) { return endpoint->idle(); });
    if (retired_.empty()) {
        sweep_.cancel();
    }
}

// A slot is known again when nothing of it is on its way any more: whatever comes back must not
// stand behind what was published later.
void RedisSharded::settle_slots() {
    if (moving_.empty()) {
        return;
    }
    std::set<std::uint16_t> in_flight;
    for (const auto& [address, endpoint] : endpoints_) {
        endpoint->add_slots_in_flight(in_flight);
    }
    for (const auto& endpoint : retired_) {
        endpoint->add_slots_in_flight(in_flight);
    }
    std::erase_if(moving_, [&](std::uint16_t slot) { return !in_flight.contains(slot); });
    if (!moving_.empty()) {
        topology_.ask();
    }
}

// The map does not say whether the cluster serves anybody.
void RedisSharded::ask_state() {
    RedisEndpoint* const endpoint = endpoint_to_ask({});
    if (endpoint == nullptr) {
        return;
    }
    RedisRequest request;
    request.kind = RedisRequest::Kind::question;
    request.bytes = redis_command(std::array<std::string_view, 2>{"CLUSTER", "INFO"});
    request.done = [this](const RedisReply& reply) {
        if (reply.text.find("cluster_state:ok") != std::string::npos) {
            cluster_down_.clear();
            place_all();
            send_parked();
            judge();
        }
    };
    endpoint->send(std::move(request));
}

// Why it is not up, or nothing.
std::string RedisSharded::trouble() const {
    if (!map_) {
        return why_;
    }
    if (!cluster_down_.empty()) {
        return "The Redis Cluster of scaling.server.cluster refuses: " + cluster_down_ + ".";
    }
    if (!uncovered_.empty()) {
        return "No master of the Redis Cluster of scaling.server.cluster has slot " + uncovered_ +
               ". See what redis-cli --cluster check says.";
    }
    const bool all = std::all_of(endpoints_.begin(), endpoints_.end(),
                                 [](const auto& entry) { return entry.second->up(); });
    return all ? std::string() : why_;
}

// While anything is wrong the map is asked for again and again. That a channel's slot is moving is
// no reason to be down, but to be up again all channels must be somewhere, and confirmed.
void RedisSharded::judge() {
    const auto all = [this](auto is_so) {
        return std::all_of(endpoints_.begin(), endpoints_.end(),
                           [&](const auto& entry) { return is_so(*entry.second); });
    };
    const std::string why = trouble();
    const bool all_up =
        map_ && why.empty() && all([](const RedisEndpoint& endpoint) { return endpoint.up(); });
    const bool homeless = std::any_of(channels_.begin(), channels_.end(),
                                      [](const auto& entry) { return entry.second.empty(); });
    if (!all_up || homeless) {
        topology_.ask();
    }
    if (!all_up) {
        up_ = false;
        if (!why.empty()) {
            listener_.backend_down(why);
        }
    } else if (!homeless && all([](const RedisEndpoint& endpoint) { return endpoint.settled(); })) {
        topology_.settle();
        if (!std::exchange(up_, true)) {
            listener_.backend_up();
        }
    }
}

}  // namespace reverb
