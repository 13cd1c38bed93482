// What a node asks the others, so that the HTTP API answers for the whole cluster, and what they
// say. Values; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/string_hash.h"

namespace reverb {

struct Question {
    std::string app_id;
    std::vector<std::string> channels;  // these, by name
    std::optional<std::string> prefix;  // and all whose names begin so
    bool users = false;                 // who is on these channels, by id
    bool connections = false;           // how many the application has
    bool caches = false;  // what those of `channels` hold that are cache channels: Redis is asked
};

struct ChannelFacts {
    std::uint64_t subscribers = 0;           // of all who answered
    std::uint64_t users = 0;                 // of the whole cluster, as they know it
    std::map<std::string, std::string> ids;  // of users, as text and as JSON
};

struct Facts {
    StringMap<ChannelFacts> channels;
    std::uint64_t connections = 0;
    StringMap<std::string> cached;  // what cache channels hold, of those that were asked for
    unsigned unanswered = 0;        // nodes that did not answer in time

    // Takes in what one more node says.
    void add(Facts other);
};
using FactsPtr = std::shared_ptr<const Facts>;

}  // namespace reverb
