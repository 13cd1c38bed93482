#include "floor/channel.h"

#include <algorithm>

#include "common/websocket.h"
#include "floor/connection.h"

namespace reverb::bench {

void FloorChannel::add(FloorConnection& connection) {
    connection.position = subscribers_.size();
    subscribers_.push_back(&connection);
}

void FloorChannel::remove(FloorConnection& connection) {
    subscribers_[connection.position] = subscribers_.back();
    subscribers_[connection.position]->position = connection.position;
    subscribers_.pop_back();
    for (Waiting& waiting : waiting_) {
        if (waiting.except == &connection) {
            waiting.except = nullptr;
        }
    }
}

bool FloorChannel::publish(std::string_view message, FloorConnection* except) {
    append_server_frame(joined_, Opcode::text, message);
    waiting_.push_back({joined_.size(), except});
    return waiting_.size() == 1;
}

void FloorChannel::flush() {
    for (const Waiting& waiting : waiting_) {
        if (waiting.except != nullptr) {
            waiting.except->publishing = true;
        }
    }
    for (FloorConnection* subscriber : subscribers_) {
        if (subscriber->publishing) {
            subscriber->publishing = false;
            subscriber->send(without_own(*subscriber));
        } else {
            subscriber->send(joined_);
        }
    }
    waiting_.clear();
    joined_.clear();
}

std::string FloorChannel::without_own(const FloorConnection& connection) const {
    std::string out;
    std::size_t begin = 0;
    for (const Waiting& waiting : waiting_) {
        if (waiting.except != &connection) {
            out.append(joined_, begin, waiting.end - begin);
        }
        begin = waiting.end;
    }
    return out;
}

}  // namespace reverb::bench
