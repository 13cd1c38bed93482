#include "publisher/redis_event.h"

#include <array>

#include "base/socket_id.h"
#include "channel/attributes.h"
#include "channel/channel_name.h"
#include "cluster/envelope.h"
#include "cluster/resp.h"
#include "cluster/slot_map.h"
#include "pusher/codec.h"

namespace reverb {

std::vector<RedisCommand> event_commands(const RedisSender& sender, const PublishRequest& request,
                                         std::string_view data_json) {
    const SocketId except = SocketId::parse(request.except).value_or(SocketId{});
    const std::string ttl = std::to_string(std::chrono::milliseconds(sender.cache_ttl).count());
    std::vector<RedisCommand> commands;
    commands.reserve(request.channels.size());
    for (const std::string& channel : request.channels) {
        const std::string key = channel_key(request.app_id, channel);
        const std::string bucket = sender.names.bucket(key);
        const std::uint16_t slot = hash_slot(bucket);
        const FramePtr frame = frames::event(request.event, channel, data_json);
        const std::string_view message = frame_payload(*frame);
        // Kept first: who subscribes in between gets it one way or the other.
        if (channel_kind(channel).cache) {
            commands.push_back({RedisCommand::Purpose::keep, slot,
                                redis_command(std::array<std::string_view, 5>{
                                    "SET", sender.names.cache(key), message, "PX", ttl})});
        }
        const std::string envelope = envelope::event(sender.id, key, except, message);
        commands.push_back({RedisCommand::Purpose::publish, slot,
                            redis_command(std::array<std::string_view, 3>{
                                sender.sharded ? "SPUBLISH" : "PUBLISH", bucket, envelope})});
    }
    return commands;
}

std::string reply_list(const RedisSender& sender) {
    return sender.names.node(sender.id);
}

std::vector<RedisCommand> question_commands(const RedisSender& sender,
                                            const PublishRequest& request, std::uint64_t number) {
    std::vector<RedisCommand> commands;
    if (asked_for(request.info, "occupied") || asked_for(request.info, "user_count") ||
        asked_for(request.info, "subscription_count")) {
        envelope::Asked asked;
        asked.number = number;
        asked.reply_list = reply_list(sender);
        asked.question.app_id = request.app_id;
        asked.question.channels = request.channels;
        const std::string& control = sender.names.control();
        commands.push_back({RedisCommand::Purpose::ask,
                            hash_slot(control),
                            redis_command(std::array<std::string_view, 3>{
                                sender.sharded ? "SPUBLISH" : "PUBLISH", control,
                                envelope::question(sender.id, asked)}),
                            {}});
    }
    if (asked_for(request.info, "cache")) {
        for (const std::string& channel : request.channels) {
            if (channel_kind(channel).cache) {
                const std::string name = sender.names.cache(channel_key(request.app_id, channel));
                commands.push_back({RedisCommand::Purpose::fetch, hash_slot(name),
                                    redis_command(std::array<std::string_view, 2>{"GET", name}),
                                    channel});
            }
        }
    }
    return commands;
}

}  // namespace reverb
