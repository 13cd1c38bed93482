// Which master of a Redis Cluster has which of its 16,384 slots, and in which slot a key is. A
// value.
// https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/host_port.h"
#include "cluster/resp.h"

namespace reverb {

// CRC16 of the key, or of what it has between the first braces.
[[nodiscard]] std::uint16_t hash_slot(std::string_view key) noexcept;

// Where an error sends to: "MOVED 3999 127.0.0.1:6381", or "ASK …", which holds for that one
// command.
struct Redirection {
    std::uint16_t slot = 0;
    HostPort address;
    bool once = false;
};
// `asked` is the host that said so: an answer may leave it out. Nothing where it is another error.
[[nodiscard]] std::optional<Redirection> redirection_of(const RedisReply& error,
                                                        const std::string& asked);

class SlotMap {
  public:
    static constexpr std::uint16_t slots = 16'384;

    // The answer to CLUSTER SLOTS. Nothing where it is none.
    [[nodiscard]] static std::optional<SlotMap> read(const RedisReply& reply,
                                                     const std::string& asked);

    // Null where no master has the slot.
    [[nodiscard]] const HostPort* master_of(std::uint16_t slot) const noexcept;
    void move(const Redirection& moved);

  private:
    static constexpr std::uint16_t nobody = 0xFFFF;

    [[nodiscard]] std::uint16_t index_of(const HostPort& address);

    std::vector<HostPort> masters_;
    std::vector<std::uint16_t> by_slot_ = std::vector<std::uint16_t>(slots, nobody);
};

}  // namespace reverb
