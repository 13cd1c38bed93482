#include "cluster/presence_scripts.h"

#include <charconv>
#include <utility>

#include "cluster/envelope.h"

namespace reverb::presence_scripts {

namespace {

// Publishes one change; the arguments of all scripts begin alike.
constexpr std::string_view announce = R"(
local key = KEYS[1]
local command, bucket, place = ARGV[1], ARGV[2], ARGV[3]
local function announce(head, member)
    local epoch = redis.call('HGET', key, 'e')
    local version = redis.call('HINCRBY', key, 'v', 1)
    redis.call(command, bucket, head .. epoch .. string.format('%020d', version) .. place .. member)
end
)";

std::vector<std::string> begin(const Place& place) {
    return {place.command, place.bucket, envelope::presence_place(place.key)};
}

// As good as any: what matters is that no two are alike.
std::string new_epoch() {
    return NodeId::random().text();
}

static_assert(NodeId::text_size == envelope::epoch_size);

}  // namespace

const RedisScript& hold() {
    static const RedisScript script(std::string(announce) + R"(
local field, member, epoch, ttl, head = ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8]
if redis.call('HSETNX', key, field, member) == 0 then
    return 0
end
redis.call('HSETNX', key, 'e', epoch)
redis.call('PEXPIRE', key, ttl)
announce(head, member)
return 1
)");
    return script;
}

std::vector<std::string> hold_arguments(const Place& place, NodeId node, const Member& member) {
    std::vector<std::string> arguments = begin(place);
    arguments.insert(arguments.end(),
                     {node.text() + member.id, envelope::member(member), new_epoch(),
                      std::to_string(ttl_ms), envelope::presence_head(node, true)});
    return arguments;
}

const RedisScript& release() {
    static const RedisScript script(std::string(announce) + R"(
local field, head = ARGV[4], ARGV[5]
local member = redis.call('HGET', key, field)
if not member then
    return 0
end
redis.call('HDEL', key, field)
announce(head, member)
if redis.call('HLEN', key) == 2 then
    redis.call('DEL', key)
end
return 1
)");
    return script;
}

std::vector<std::string> release_arguments(const Place& place, NodeId node, const Member& member) {
    std::vector<std::string> arguments = begin(place);
    arguments.insert(arguments.end(),
                     {node.text() + member.id, envelope::presence_head(node, false)});
    return arguments;
}

const RedisScript& sync() {
    static const RedisScript script(std::string(announce) + R"(
local node, epoch, ttl, held, released = ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local missing = {}
for i = 9, #ARGV, 2 do
    missing[node .. ARGV[i]] = ARGV[i + 1]
end
local all = redis.call('HGETALL', key)
for i = 1, #all, 2 do
    local field = all[i]
    if missing[field] then
        missing[field] = nil
    elseif string.sub(field, 1, #node) == node then
        redis.call('HDEL', key, field)
        announce(released, all[i + 1])
    end
end
for field, member in pairs(missing) do
    redis.call('HSETNX', key, 'e', epoch)
    redis.call('HSET', key, field, member)
    announce(held, member)
end
local size = redis.call('HLEN', key)
if size == 0 then
    return {}
end
if size == 2 then
    redis.call('DEL', key)
    return {}
end
redis.call('PEXPIRE', key, ttl)
return redis.call('HGETALL', key)
)");
    return script;
}

std::vector<std::string> sync_arguments(const Place& place, NodeId node,
                                        const std::vector<MemberPtr>& members) {
    std::vector<std::string> arguments = begin(place);
    arguments.reserve(8 + 2 * members.size());
    arguments.insert(arguments.end(),
                     {node.text(), new_epoch(), std::to_string(ttl_ms),
                      envelope::presence_head(node, true), envelope::presence_head(node, false)});
    for (const MemberPtr& member : members) {
        arguments.push_back(member->id);
        arguments.push_back(envelope::member(*member));
    }
    return arguments;
}

const RedisScript& drop() {
    static const RedisScript script(std::string(announce) + R"(
local node, head = ARGV[4], ARGV[5]
local all = redis.call('HGETALL', key)
local dropped = 0
for i = 1, #all, 2 do
    if string.sub(all[i], 1, #node) == node then
        redis.call('HDEL', key, all[i])
        announce(head, all[i + 1])
        dropped = dropped + 1
    end
end
if redis.call('HLEN', key) == 2 then
    redis.call('DEL', key)
end
return dropped
)");
    return script;
}

std::vector<std::string> drop_arguments(const Place& place, NodeId dead) {
    std::vector<std::string> arguments = begin(place);
    arguments.insert(arguments.end(), {dead.text(), envelope::presence_head(dead, false)});
    return arguments;
}

std::optional<Snapshot> read_snapshot(const RedisReply& reply) {
    if (reply.type != RedisReply::Type::array || reply.elements.size() % 2 != 0) {
        return std::nullopt;
    }
    Snapshot snapshot;
    for (std::size_t i = 0; i < reply.elements.size(); i += 2) {
        const std::string& field = reply.elements[i].text;
        const std::string& value = reply.elements[i + 1].text;
        if (field == "e") {
            snapshot.epoch = value;
        } else if (field == "v") {
            std::from_chars(value.data(), value.data() + value.size(), snapshot.version);
        } else {
            const auto node = NodeId::parse(std::string_view(field).substr(0, NodeId::text_size));
            MemberPtr member = envelope::read_member(value);
            if (!node || member == nullptr) {
                return std::nullopt;
            }
            snapshot.holdings.push_back({*node, std::move(member)});
        }
    }
    return snapshot;
}

}  // namespace reverb::presence_scripts
