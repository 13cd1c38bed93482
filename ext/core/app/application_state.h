// An application as the running server knows it: its settings and what it uses of them now.
// Shared by all threads; the counters are atomic.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "app/application.h"

namespace reverb {

class ApplicationState {
  public:
    explicit ApplicationState(Application settings) : settings_(std::move(settings)) {}

    [[nodiscard]] const Application& settings() const noexcept { return settings_; }

    // Counts one more connection unless `max_connections` are open: exact over all threads.
    [[nodiscard]] bool admit_connection() noexcept;
    void release_connection() noexcept { connections_.fetch_sub(1, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t connections() const noexcept {
        return connections_.load(std::memory_order_relaxed);
    }

    void channel_created() noexcept { channels_.fetch_add(1, std::memory_order_relaxed); }
    void channel_removed() noexcept { channels_.fetch_sub(1, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t channels() const noexcept {
        return channels_.load(std::memory_order_relaxed);
    }

  private:
    Application settings_;
    std::atomic<std::uint64_t> connections_{0};
    std::atomic<std::uint64_t> channels_{0};
};

using ApplicationStatePtr = std::shared_ptr<ApplicationState>;

}  // namespace reverb
