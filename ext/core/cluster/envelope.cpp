#include "cluster/envelope.h"

#include <charconv>
#include <memory>
#include <optional>

#include "channel/channel_name.h"
#include "wire/fields.h"

namespace reverb::envelope {

namespace {

using wire::append_integer;
using wire::append_text;
using wire::Reader;

constexpr std::size_t head_size = 2 + NodeId::text_size;
constexpr std::size_t part_size = 64U << 10U;

std::string head(NodeId from, Type type) {
    std::string out;
    append_integer(out, version);
    append_integer(out, static_cast<std::uint8_t>(type));
    return out += from.text();
}

void append_place(std::string& out, std::string_view key) {
    append_text<std::uint16_t>(out, app_of_key(key));
    append_text<std::uint16_t>(out, channel_of_key(key));
}

std::string read_place(Reader& reader) {
    const std::string_view app_id = reader.view<std::uint16_t>();
    const std::string_view channel = reader.view<std::uint16_t>();
    return channel_key(app_id, channel);
}

// How many things follow, each of which takes `least` bytes: before memory is taken for them.
std::uint32_t read_count(Reader& reader, std::size_t least) {
    const auto count = reader.integer<std::uint32_t>();
    return count > reader.left() / least ? 0 : count;
}

MemberPtr read_member(Reader& reader) {
    auto read = std::make_shared<Member>();
    read->id = reader.text<std::uint32_t>();
    read->id_json = reader.text<std::uint32_t>();
    read->info_json = reader.text<std::uint32_t>();
    return read;
}

Event read_event(Reader& reader) {
    Event read;
    read.key = read_place(reader);
    read.except.high = reader.integer<std::uint32_t>();
    read.except.low = reader.integer<std::uint32_t>();
    read.message = reader.view<std::uint32_t>();
    return read;
}

std::optional<PresenceChange> read_presence(NodeId from, Reader& reader, bool held) {
    PresenceChange read;
    read.node = from;
    read.held = held;
    read.epoch = reader.take(epoch_size);
    const std::string_view digits = reader.take(version_digits);
    const auto number = std::from_chars(digits.data(), digits.data() + digits.size(), read.version);
    if (number.ec != std::errc{} || number.ptr != digits.data() + digits.size()) {
        return std::nullopt;
    }
    read.key = read_place(reader);
    read.member = read_member(reader);
    return read;
}

Terminate read_terminate(Reader& reader) {
    Terminate read;
    read.app_id = reader.text<std::uint16_t>();
    read.user_id = reader.text<std::uint16_t>();
    return read;
}

Asked read_question(Reader& reader) {
    Asked read;
    read.number = reader.integer<std::uint64_t>();
    read.reply_list = reader.text<std::uint16_t>();
    read.question.app_id = reader.text<std::uint16_t>();
    const std::uint32_t channels = read_count(reader, sizeof(std::uint16_t));
    read.question.channels.reserve(channels);
    for (std::uint32_t i = 0; i < channels; ++i) {
        read.question.channels.push_back(reader.text<std::uint16_t>());
    }
    const bool prefix = reader.integer<std::uint8_t>() != 0;
    std::string text = reader.text<std::uint16_t>();
    if (prefix) {
        read.question.prefix = std::move(text);
    }
    read.question.users = reader.integer<std::uint8_t>() != 0;
    read.question.connections = reader.integer<std::uint8_t>() != 0;
    return read;
}

Reply read_reply(Reader& reader) {
    Reply read;
    read.number = reader.integer<std::uint64_t>();
    read.more_follow = reader.integer<std::uint8_t>() != 0;
    read.facts.connections = reader.integer<std::uint64_t>();
    const std::uint32_t channels = read_count(reader, 2 + 8 + 8 + 4);
    for (std::uint32_t i = 0; i < channels; ++i) {
        ChannelFacts& facts = read.facts.channels[reader.text<std::uint16_t>()];
        facts.subscribers = reader.integer<std::uint64_t>();
        facts.users = reader.integer<std::uint64_t>();
        const std::uint32_t ids = read_count(reader, 2 * sizeof(std::uint32_t));
        for (std::uint32_t j = 0; j < ids; ++j) {
            std::string id = reader.text<std::uint32_t>();
            facts.ids.emplace(std::move(id), reader.text<std::uint32_t>());
        }
    }
    return read;
}

Load read_load(Reader& reader) {
    Load read;
    read.whole = reader.integer<std::uint8_t>() != 0;
    const std::uint32_t applications = read_count(reader, 2 + 8);
    read.connections.reserve(applications);
    for (std::uint32_t i = 0; i < applications; ++i) {
        std::string id = reader.text<std::uint16_t>();
        read.connections.emplace_back(std::move(id), reader.integer<std::uint64_t>());
    }
    return read;
}

std::optional<Content> read_content(NodeId from, Type type, Reader& reader) {
    switch (type) {
        case Type::event:
            return read_event(reader);
        case Type::held:
        case Type::released:
            return read_presence(from, reader, type == Type::held);
        case Type::terminate:
            return read_terminate(reader);
        case Type::question:
            return read_question(reader);
        case Type::reply:
            return read_reply(reader);
        case Type::load:
            return read_load(reader);
    }
    return std::nullopt;
}

void append_channel(std::string& out, std::string_view name, const ChannelFacts& channel) {
    append_text<std::uint16_t>(out, name);
    append_integer(out, channel.subscribers);
    append_integer(out, channel.users);
    append_integer(out, static_cast<std::uint32_t>(channel.ids.size()));
    for (const auto& [id, json] : channel.ids) {
        append_text<std::uint32_t>(out, id);
        append_text<std::uint32_t>(out, json);
    }
}

}  // namespace

std::string event(NodeId from, std::string_view key, SocketId except, std::string_view message) {
    std::string out = head(from, Type::event);
    out.reserve(out.size() + key.size() + message.size() + 16);
    append_place(out, key);
    append_integer(out, except.high);
    append_integer(out, except.low);
    append_text<std::uint32_t>(out, message);
    return out;
}

std::string terminate(NodeId from, std::string_view app_id, std::string_view user_id) {
    std::string out = head(from, Type::terminate);
    append_text<std::uint16_t>(out, app_id);
    append_text<std::uint16_t>(out, user_id);
    return out;
}

std::string question(NodeId from, const Asked& asked) {
    std::string out = head(from, Type::question);
    append_integer(out, asked.number);
    append_text<std::uint16_t>(out, asked.reply_list);
    append_text<std::uint16_t>(out, asked.question.app_id);
    append_integer(out, static_cast<std::uint32_t>(asked.question.channels.size()));
    for (const std::string& channel : asked.question.channels) {
        append_text<std::uint16_t>(out, channel);
    }
    append_integer(out, static_cast<std::uint8_t>(asked.question.prefix ? 1 : 0));
    append_text<std::uint16_t>(out, asked.question.prefix.value_or(""));
    append_integer(out, static_cast<std::uint8_t>(asked.question.users ? 1 : 0));
    append_integer(out, static_cast<std::uint8_t>(asked.question.connections ? 1 : 0));
    return out;
}

std::vector<std::string> replies(NodeId from, std::uint64_t number, const Facts& facts) {
    std::vector<std::string> parts;
    std::string channels;
    std::uint32_t count = 0;
    const auto end_part = [&](bool more_follow) {
        std::string out = head(from, Type::reply);
        append_integer(out, number);
        append_integer(out, static_cast<std::uint8_t>(more_follow ? 1 : 0));
        // They are added up: only one part may count them.
        append_integer(out, parts.empty() ? facts.connections : 0);
        append_integer(out, count);
        parts.push_back(out + channels);
        channels.clear();
        count = 0;
    };
    for (const auto& [name, channel] : facts.channels) {
        if (channels.size() > part_size) {
            end_part(true);
        }
        append_channel(channels, name, channel);
        ++count;
    }
    end_part(false);
    return parts;
}

std::string load(NodeId from, const Load& load) {
    std::string out = head(from, Type::load);
    append_integer(out, static_cast<std::uint8_t>(load.whole ? 1 : 0));
    append_integer(out, static_cast<std::uint32_t>(load.connections.size()));
    for (const auto& [id, connections] : load.connections) {
        append_text<std::uint16_t>(out, id);
        append_integer(out, connections);
    }
    return out;
}

std::string presence_head(NodeId node, bool held) {
    return head(node, held ? Type::held : Type::released);
}

std::string presence_place(std::string_view key) {
    std::string out;
    append_place(out, key);
    return out;
}

std::string member(const Member& member) {
    std::string out;
    append_text<std::uint32_t>(out, member.id);
    append_text<std::uint32_t>(out, member.id_json);
    append_text<std::uint32_t>(out, member.info_json);
    return out;
}

MemberPtr read_member(std::string_view bytes) {
    Reader reader(bytes);
    MemberPtr read = read_member(reader);
    return reader.complete() ? read : nullptr;
}

NodeId sender(std::string_view bytes) noexcept {
    if (bytes.size() < head_size || static_cast<std::uint8_t>(bytes[0]) != version) {
        return {};
    }
    return NodeId::parse(bytes.substr(2, NodeId::text_size)).value_or(NodeId{});
}

std::optional<Message> read(std::string_view bytes) {
    const NodeId from = sender(bytes);
    if (from == NodeId{}) {
        return std::nullopt;
    }
    Reader reader(bytes.substr(head_size));
    auto content = read_content(from, static_cast<Type>(bytes[1]), reader);
    if (!content || !reader.complete()) {
        return std::nullopt;
    }
    return Message{from, *std::move(content)};
}

}  // namespace reverb::envelope
