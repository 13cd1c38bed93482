// A client of the tests that reads all the time, on a thread of its own: what events came, and who
// it takes for present after all it was told. Owned by a test.
#pragma once

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "support/test_cluster.h"

namespace reverb::testing {

// The user ids of {"count":…,"ids":["a",…],"hash":…}, and of the API's {"users":[{"id":"a"},…]}.
[[nodiscard]] inline std::set<std::string> users_in(std::string_view json) {
    JsonReader reader;
    const auto object = reader.object(json);
    if (!object) {
        throw std::runtime_error("no list of users: " + std::string(json));
    }
    const JsonField* ids = find(*object, "ids");
    const JsonField* users = find(*object, "users");
    const std::string list = ids != nullptr ? ids->raw : users != nullptr ? users->raw : "";
    std::set<std::string> found;
    // Of the tests' ids none has a quote, and each is a word of its own but the name "id".
    for (std::size_t at = 0; (at = list.find('"', at)) != std::string::npos;) {
        const std::size_t end = list.find('"', at + 1);
        std::string word = list.substr(at + 1, end - at - 1);
        at = end + 1;
        if (ids != nullptr || word != "id") {
            found.insert(std::move(word));
        }
    }
    return found;
}

class Follower {
  public:
    // Subscribed when this returns; to a presence channel as that user.
    Follower(std::uint16_t port, const std::string& channel, const std::string& user = {})
        : client_(port) {
        client_.greeted();
        if (user.empty()) {
            client_.subscribe(channel);
        } else {
            members_ = users_in(enter(client_, channel, user));
        }
        thread_ = std::thread([this] { read(); });
    }
    ~Follower() {
        ends_ = true;
        thread_.join();
    }
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;

    [[nodiscard]] std::set<std::string> members() const {
        const std::scoped_lock lock(mutex_);
        return members_;
    }
    // What a server must never say: that somebody came who was there, or went who was not; and the
    // end of the connection.
    [[nodiscard]] std::vector<std::string> faults() const {
        const std::scoped_lock lock(mutex_);
        return faults_;
    }
    // How often the user came, and went.
    [[nodiscard]] std::pair<unsigned, unsigned> moves(const std::string& user) const {
        const std::scoped_lock lock(mutex_);
        const auto found = moves_.find(user);
        return found == moves_.end() ? std::pair{0U, 0U} : found->second;
    }
    [[nodiscard]] std::vector<std::string> events() const {
        const std::scoped_lock lock(mutex_);
        return events_;
    }
    [[nodiscard]] std::size_t count() const {
        const std::scoped_lock lock(mutex_);
        return events_.size();
    }
    [[nodiscard]] bool got(std::string_view data) const {
        const std::scoped_lock lock(mutex_);
        return std::find(events_.begin(), events_.end(), data) != events_.end();
    }

  private:
    void read() {
        try {
            while (!ends_) {
                if (client_.tcp().readable(std::chrono::milliseconds(20))) {
                    take(client_.receive());
                }
            }
        } catch (const std::exception& error) {
            const std::scoped_lock lock(mutex_);
            faults_.emplace_back(error.what());
        }
    }

    void take(const ServerFrame& frame) {
        constexpr unsigned char pong = 0x8A;
        if (frame.kind == ServerFrame::Kind::ping) {
            return client_.send_frame(pong, frame.payload);
        }
        if (frame.kind != ServerFrame::Kind::text) {
            throw std::runtime_error("the connection was closed: " + frame.payload);
        }
        const Event event = read_event(frame.payload);
        const std::scoped_lock lock(mutex_);
        if (event.name == "pusher_internal:member_added") {
            const std::string user = event.detail("user_id");
            ++moves_[user].first;
            if (!members_.insert(user).second) {
                faults_.push_back(user + " came twice");
            }
        } else if (event.name == "pusher_internal:member_removed") {
            const std::string user = event.detail("user_id");
            ++moves_[user].second;
            if (members_.erase(user) == 0) {
                faults_.push_back(user + " went without being there");
            }
        } else {
            events_.push_back(event.data);
        }
    }

    WebSocketClient client_;
    mutable std::mutex mutex_;
    std::set<std::string> members_;
    std::vector<std::string> faults_;
    std::map<std::string, std::pair<unsigned, unsigned>> moves_;
    std::vector<std::string> events_;
    std::atomic<bool> ends_{false};
    std::thread thread_;
};

}  // namespace reverb::testing
