// Who a connection is on a presence channel, as its signed `channel_data` says. Immutable, shared
// by the directory and the connections of that user, on any thread.
#pragma once

#include <memory>
#include <string>

namespace reverb {

struct Member {
    std::string id;         // what tells users apart: the number's digits or the string's text
    std::string id_json;    // the same as it came: ids keep their type
    std::string info_json;  // `user_info` as it came, or {}
};

using MemberPtr = std::shared_ptr<const Member>;

}  // namespace reverb
