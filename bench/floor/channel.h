// The subscribers of one channel and the frames they get at the end of this loop turn. Owned by
// the Floor, one thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reverb::bench {

class FloorConnection;

class FloorChannel {
  public:
    explicit FloorChannel(std::string_view name) : name_(name) {}

    void add(FloorConnection& connection);
    // Of a presence channel: told to its members, and told of all of them, at the end of the turn.
    // `id` and `info` as they stand in a string of JSON, escaped. Returns what publish() does.
    bool join(FloorConnection& connection, std::string_view id, std::string_view info);
    void remove(FloorConnection& connection);
    // Queues a message for all but `except` (or null). Returns whether it is the first one.
    bool publish(std::string_view message, FloorConnection* except);
    // Joins what waits, once, and sends it to each subscriber.
    void flush();

  private:
    struct Waiting {
        std::size_t end = 0;  // of its frame in joined_
        FloorConnection* except = nullptr;
    };

    // What of joined_ a publishing member gets.
    [[nodiscard]] std::string without_own(const FloorConnection& connection) const;

    const std::string name_;
    std::vector<FloorConnection*> subscribers_;
    // To whoever joined in this turn, what all of them get.
    void welcome();

    std::vector<Waiting> waiting_;
    std::string joined_;
    std::vector<FloorConnection*> joining_;
    // Members of a presence channel, as its list has them. Who left is still there: the load
    // client's stay.
    std::string ids_;
    std::string infos_;
    std::size_t members_ = 0;
};

}  // namespace reverb::bench
