// A name whose resolver hangs: 127.0.0.1 for whoever asks once it is well, and nothing before that,
// nor for those who have asked by then, until the test lets them go. Owned by a test.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>

#include "support/eventually.h"
#include "support/test_name.h"

namespace reverb::testing {

class HangingName {
  public:
    explicit HangingName(const std::string& name)
        : name_(name, [this](const addrinfo&) { return answer(); }) {}
    ~HangingName() { let_go(); }
    HangingName(const HangingName&) = delete;
    HangingName& operator=(const HangingName&) = delete;

    void become_well() {
        const std::scoped_lock lock(mutex_);
        well_ = true;
    }
    // Who hangs fails.
    void let_go() {
        const std::scoped_lock lock(mutex_);
        free_ = true;
        changed_.notify_all();
    }
    // How often it was asked, and how many of these hang.
    [[nodiscard]] int asked() const {
        const std::scoped_lock lock(mutex_);
        return asked_;
    }
    [[nodiscard]] int hanging() const {
        const std::scoped_lock lock(mutex_);
        return hanging_;
    }

  private:
    TestName::Answer answer() {
        std::unique_lock lock(mutex_);
        ++asked_;
        if (well_) {
            return {{"127.0.0.1"}};
        }
        ++hanging_;
        // In the end, so that a test fails and does not hang itself.
        changed_.wait_for(lock, patience, [this] { return free_; });
        --hanging_;
        return {{}, EAI_AGAIN};
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool well_ = false;
    bool free_ = false;
    int asked_ = 0;
    int hanging_ = 0;
    TestName name_;  // the first to go: waits for those who ask
};

}  // namespace reverb::testing
