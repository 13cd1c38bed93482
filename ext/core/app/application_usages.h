// The usage of every application that is served, by id: an application that is looked up anew, with
// other settings perhaps, goes on counting where it was. Shared by all threads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "app/application_usage.h"
#include "base/string_hash.h"

namespace reverb {

class ApplicationUsages {
  public:
    explicit ApplicationUsages(unsigned threads) : threads_(threads) {}

    // Begins to count where nobody did.
    [[nodiscard]] std::shared_ptr<ApplicationUsage> of(std::string_view id);
    // Null where nobody did.
    [[nodiscard]] std::shared_ptr<ApplicationUsage> find(std::string_view id) const;
    void each(const std::function<void(const std::string&, const ApplicationUsage&)>& visit) const;
    // Forgets those that nobody holds.
    void forget_unused();

  private:
    unsigned threads_;
    mutable std::mutex mutex_;
    StringMap<std::shared_ptr<ApplicationUsage>> usages_;
};

}  // namespace reverb
