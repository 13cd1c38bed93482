// Who waits on one I/O thread until an application was looked up, and for which. Owned by its
// IoLoop, used on that thread alone.
#pragma once

#include <cstdint>
#include <vector>

#include "app/application_name.h"

namespace reverb {

class ApplicationWaiter {
  public:
    virtual ~ApplicationWaiter() = default;
    // The answer is there, or has been waited for long enough: ask for the application again. May
    // wait once more, and may end this or any other waiter.
    virtual void application_answered() = 0;
};

class ApplicationWaits {
  public:
    void add(ApplicationWaiter& waiter, ApplicationName name, std::uint64_t now_ms);
    // Must be called before a waiter ends.
    void remove(const ApplicationWaiter& waiter) noexcept;

    void answered(const ApplicationName& name);
    // Those that wait since `since_ms` or longer.
    void overdue(std::uint64_t since_ms);

  private:
    struct Wait {
        ApplicationWaiter* waiter = nullptr;
        ApplicationName name;
        std::uint64_t since_ms = 0;
    };

    template <typename Condition>
    void resume(const Condition& condition);

    std::vector<Wait> waits_;
    std::vector<ApplicationWaiter*> resuming_;
};

}  // namespace reverb
