// Which buckets this node has channels in, and whether Redis has confirmed that it sends what is
// published to them: so that a subscriber of a further channel need not wait. Any thread.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/string_hash.h"

namespace reverb {

class BucketTable {
  public:
    // One more channel of the bucket. Whether it is confirmed.
    bool use(const std::string& bucket);
    void unuse(std::string_view bucket);

    // Of a bucket in use.
    void confirm(std::string_view bucket, bool confirmed);
    // Those without a channel at this call and at the one before: they are in no use any more.
    [[nodiscard]] std::vector<std::string> take_idle();

    // While Redis is down nobody waits for it.
    void down(bool down);
    [[nodiscard]] bool down() const;

  private:
    struct Bucket {
        std::size_t channels = 0;
        bool confirmed = false;
        bool idle = false;  // at the last call of take_idle()
    };

    mutable std::mutex mutex_;
    StringMap<Bucket> buckets_;
    bool down_ = false;
};

}  // namespace reverb
