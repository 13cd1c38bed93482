// A PHP thread's connections of publishers, one for each target, which outlive a request. Owned by
// the thread's state and used by that thread alone. A forked child opens its own: two processes
// that write into one socket would mix their questions.
#pragma once

#include <map>
#include <memory>

#include "base/fork_generation.h"
#include "publisher/publisher.h"

namespace reverb::binding {

class Connections {
  public:
    // The connection of `target`, made when there is none. Valid until the next call of any
    // function of this class.
    [[nodiscard]] PublisherConnection& of(const PublisherTarget& target);
    void close(const PublisherTarget& target);

    // At the end of a request: one that is still busy was left in the middle of a question, and
    // would hand its answer to the next. Closed ones go, too.
    void end_request() noexcept;

  private:
    void forget_those_of_parent() noexcept;

    ForkGeneration process_;  // that opened them
    std::map<PublisherTarget, std::unique_ptr<PublisherConnection>> by_target_;
};

}  // namespace reverb::binding
