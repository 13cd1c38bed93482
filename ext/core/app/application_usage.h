// What an application uses of the server now, and what it has since the start. Outlives a change of
// the application's settings. Shared by all threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

namespace reverb {

class ApplicationUsage {
  public:
    explicit ApplicationUsage(unsigned threads) : messages_(threads) {}

    // Counts one more connection unless `limit` are open: exact over all threads.
    [[nodiscard]] bool admit_connection(std::optional<std::uint32_t> limit) noexcept;
    void release_connection() noexcept { connections_.fetch_sub(1, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t connections() const noexcept {
        return connections_.load(std::memory_order_relaxed);
    }

    void channel_created() noexcept { channels_.fetch_add(1, std::memory_order_relaxed); }
    void channel_removed() noexcept { channels_.fetch_sub(1, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t channels() const noexcept {
        return channels_.load(std::memory_order_relaxed);
    }

    // Of clients, on the I/O thread of that number and on no other.
    void message_received(unsigned thread) noexcept { increment(messages_[thread].received); }
    void message_sent(unsigned thread) noexcept { increment(messages_[thread].sent); }
    [[nodiscard]] std::uint64_t messages_received() const noexcept;
    [[nodiscard]] std::uint64_t messages_sent() const noexcept;

  private:
    // A line of the cache for each thread: one is counted with every delivery.
    struct alignas(64) Messages {
        std::atomic<std::uint64_t> received{0};
        std::atomic<std::uint64_t> sent{0};
    };

    // There is one writer, so no locked instruction is needed.
    static void increment(std::atomic<std::uint64_t>& counter) noexcept {
        counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }

    std::atomic<std::uint64_t> connections_{0};
    std::atomic<std::uint64_t> channels_{0};
    std::vector<Messages> messages_;
};

}  // namespace reverb
