// Connections by their ids, for the few messages that are for one alone. Kept from the first such
// message on, since most servers never have one and it is 40 bytes a connection. Owned by an
// IoLoop, used on that thread alone.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "base/socket_id.h"

namespace reverb {

class Connection;
class Peer;

class ConnectionIndex {
  public:
    // Among all peers of the thread, null where it is none of them.
    [[nodiscard]] Connection* find(SocketId id, const std::vector<std::unique_ptr<Peer>>& all);
    void opened(Connection& connection);
    void closed(const Connection& connection) noexcept;

  private:
    std::unordered_map<SocketId, Connection*, SocketIdHash> by_id_;
    bool kept_ = false;
};

}  // namespace reverb
