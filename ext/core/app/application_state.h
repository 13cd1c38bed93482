// An application as the running server knows it: its settings, immutable, and its usage. Shared by
// all threads.
#pragma once

#include <memory>
#include <utility>

#include "app/application.h"
#include "app/application_usage.h"

namespace reverb {

class ApplicationState {
  public:
    ApplicationState(Application settings, std::shared_ptr<ApplicationUsage> usage)
        : settings_(std::move(settings)), usage_(std::move(usage)) {}

    [[nodiscard]] const Application& settings() const noexcept { return settings_; }
    [[nodiscard]] ApplicationUsage& usage() const noexcept { return *usage_; }

  private:
    Application settings_;
    std::shared_ptr<ApplicationUsage> usage_;
};

using ApplicationStatePtr = std::shared_ptr<const ApplicationState>;

}  // namespace reverb
