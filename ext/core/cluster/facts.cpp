#include "cluster/facts.h"

#include <algorithm>
#include <utility>

namespace reverb {

void Facts::add(Facts other) {
    for (auto& [name, facts] : other.channels) {
        ChannelFacts& known = channels[name];
        known.subscribers += facts.subscribers;
        // Every node with a subscriber knows all users of the cluster.
        known.users = std::max(known.users, facts.users);
        known.ids.merge(facts.ids);
    }
    connections += other.connections;
    cached.merge(other.cached);
    unanswered += other.unanswered;
}

}  // namespace reverb
