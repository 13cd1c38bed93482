#include "net/connection_index.h"

#include "net/connection.h"

namespace reverb {

Connection* ConnectionIndex::find(SocketId id, const std::vector<std::unique_ptr<Peer>>& all) {
    if (!kept_) {
        kept_ = true;
        by_id_.reserve(all.size());
        for (const auto& peer : all) {
            if (auto* connection = dynamic_cast<Connection*>(peer.get()); connection != nullptr) {
                opened(*connection);
            }
        }
    }
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
}

void ConnectionIndex::opened(Connection& connection) {
    if (kept_) {
        by_id_.emplace(connection.id(), &connection);
    }
}

void ConnectionIndex::closed(const Connection& connection) noexcept {
    by_id_.erase(connection.id());
}

}  // namespace reverb
