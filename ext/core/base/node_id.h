// What tells the nodes of a cluster apart: a random number made when a node starts, so that one
// that starts again is another. A value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reverb {

struct NodeId {
    static constexpr std::size_t text_size = 16;

    std::uint64_t value = 0;  // 0 is nobody

    // 16 hexadecimal digits.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] static std::optional<NodeId> parse(std::string_view text);
    [[nodiscard]] static NodeId random();
    friend auto operator<=>(const NodeId&, const NodeId&) = default;  // NOLINT: clang-tidy 14 errs
};

}  // namespace reverb
