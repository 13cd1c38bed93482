#include "floor/channel.h"

#include <algorithm>

#include "common/websocket.h"
#include "floor/connection.h"

namespace reverb::bench {

void FloorChannel::add(FloorConnection& connection) {
    connection.position = subscribers_.size();
    subscribers_.push_back(&connection);
}

bool FloorChannel::join(FloorConnection& connection, std::string_view id, std::string_view info) {
    const char* const comma = members_++ == 0 ? "" : ",";
    ids_ += comma;
    (ids_ += R"(\")").append(id) += R"(\")";
    infos_ += comma;
    ((infos_ += R"(\")").append(id) += R"(\":)").append(info);
    joining_.push_back(&connection);
    std::string added = R"({"event":"pusher_internal:member_added","data":"{\"user_id\":\")";
    (added.append(id) += R"(\",\"user_info\":)").append(info);
    added += R"(}","channel":")" + name_ + R"("})";
    return publish(added, nullptr);
}

void FloorChannel::remove(FloorConnection& connection) {
    if (std::erase(joining_, &connection) > 0) {
        return;
    }
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
    if (!joining_.empty()) {
        welcome();
    }
}

void FloorChannel::welcome() {
    std::string list;
    append_server_frame(
        list, Opcode::text,
        R"({"event":"pusher_internal:subscription_succeeded","data":"{\"presence\":{\"count\":)" +
            std::to_string(members_) + R"(,\"ids\":[)" + ids_ + R"(],\"hash\":{)" + infos_ +
            R"(}}}","channel":")" + name_ + R"("})");
    for (FloorConnection* connection : joining_) {
        connection->send(list);
        add(*connection);
    }
    joining_.clear();
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
