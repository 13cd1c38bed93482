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
    void add(FloorConnection& connection);
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

    std::vector<FloorConnection*> subscribers_;
    std::vector<Waiting> waiting_;
    std::string joined_;
};

}  // namespace reverb::bench
