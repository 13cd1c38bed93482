// The messages that nodes and publishers send each other through Redis. Bytes in, values out and
// back again: no I/O, any thread.
//
// A message, all integers little-endian (str16 and str32: a length of that many bits, then bytes):
//   u8 version (1), u8 type, 16 hexadecimal digits of the node that sent it, then by type
//   1 event     str16 app id, str16 channel, u32 and u32 of the excluded socket id (0 0: nobody),
//               str32 the message as the subscribers get it
//   2 held      16 bytes epoch, 20 digits version (see presence_scripts.h), str16 app id,
//               str16 channel, member: the node has a connection of that user; before, it had none
//   3 released  the same: it has none any more
//   4 terminate str16 app id, str16 user id
//   5 question  u64 number, str16 key of a list that wants the replies (empty: the node's channel
//               does), str16 app id, u32 number of channels, str16 each, u8 whether a prefix is
//               there, str16 prefix, u8 users, u8 connections
//   6 reply     u64 number, u8 whether more of it follows, facts: u64 connections, u32 number of
//   channels, each: str16 name,
//               u64 subscribers, u64 users, u32 number of ids, each: str32 id, str32 JSON of it
//   7 load      u8 whether these are all that the node has, u32 number of applications, each:
//               str16 id, u64 connections
//   member: str32 id, str32 JSON of the id, str32 JSON of the user's info
// Messages go to the bucket's channel (1 to 3), to the control channel of all nodes (4, 5, 7), to
// the one of the node that asked, or onto its list (6). A node ignores its own, and counts those of
// another version or that it cannot read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/node_id.h"
#include "base/socket_id.h"
#include "channel/member.h"
#include "cluster/facts.h"

namespace reverb::envelope {

inline constexpr std::uint8_t version = 1;
inline constexpr std::size_t epoch_size = 16;
inline constexpr std::size_t version_digits = 20;

enum class Type : std::uint8_t { event = 1, held, released, terminate, question, reply, load };

struct Event {
    std::string key;  // see channel_key()
    SocketId except;
    std::string_view message;  // points into the bytes read
};

struct PresenceChange {
    NodeId node;        // whose connections they are
    bool held = false;  // or released
    std::string epoch;
    std::uint64_t version = 0;
    std::string key;
    MemberPtr member;
};

struct Terminate {
    std::string app_id;
    std::string user_id;
};

struct Asked {
    std::uint64_t number = 0;
    std::string reply_list;
    Question question;
};

struct Reply {
    std::uint64_t number = 0;
    bool more_follow = false;
    Facts facts;
};

struct Load {
    bool whole = false;
    std::vector<std::pair<std::string, std::uint64_t>> connections;  // by application's id
};

using Content = std::variant<Event, PresenceChange, Terminate, Asked, Reply, Load>;

struct Message {
    NodeId from;
    Content content;
};

[[nodiscard]] std::string event(NodeId from, std::string_view key, SocketId except,
                                std::string_view message);
[[nodiscard]] std::string terminate(NodeId from, std::string_view app_id, std::string_view user_id);
[[nodiscard]] std::string question(NodeId from, const Asked& asked);
// In parts that a queue has room for.
[[nodiscard]] std::vector<std::string> replies(NodeId from, std::uint64_t number,
                                               const Facts& facts);
[[nodiscard]] std::string load(NodeId from, const Load& load);

// What the scripts of presence put around epoch and version: they publish head, epoch, version,
// place and member, in that order.
[[nodiscard]] std::string presence_head(NodeId node, bool held);
[[nodiscard]] std::string presence_place(std::string_view key);
[[nodiscard]] std::string member(const Member& member);
// Null where the bytes are no member.
[[nodiscard]] MemberPtr read_member(std::string_view bytes);

// Who sent it, without reading the rest; nobody where it is no message of this version.
[[nodiscard]] NodeId sender(std::string_view bytes) noexcept;
// Nothing where it is no message of this version.
[[nodiscard]] std::optional<Message> read(std::string_view bytes);

}  // namespace reverb::envelope
