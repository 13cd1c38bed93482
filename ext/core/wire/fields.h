// The fields that binary messages are made of: little-endian integers, and texts with their length
// before them. Pure functions and a reader over bytes that somebody else owns; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace reverb::wire {

template <typename Integer>
void append_integer(std::string& out, Integer value) {
    std::array<char, sizeof(Integer)> bytes{};
    for (std::size_t byte = 0; byte < bytes.size(); ++byte) {
        bytes[byte] = static_cast<char>((value >> (8 * byte)) & 0xFFU);
    }
    out.append(bytes.data(), bytes.size());
}

// The text must fit its length.
template <typename Length>
void append_text(std::string& out, std::string_view text) {
    append_integer(out, static_cast<Length>(text.size()));
    out.append(text);
}

// Reads fields one after the other. After the first one that is not there, all are empty and
// complete() is false.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    template <typename Integer>
    Integer integer() {
        const std::string_view bytes = take(sizeof(Integer));
        Integer value = 0;
        for (std::size_t byte = 0; byte < bytes.size(); ++byte) {
            value = static_cast<Integer>(
                value | static_cast<Integer>(static_cast<unsigned char>(bytes[byte]))
                            << (8 * byte));
        }
        return value;
    }

    // Points into the bytes given.
    template <typename Length>
    std::string_view view() {
        return take(integer<Length>());
    }

    template <typename Length>
    std::string text() {
        return std::string(view<Length>());
    }

    [[nodiscard]] std::string_view take(std::size_t size) {
        if (size > rest_.size()) {
            short_ = true;
            rest_ = {};
            return {};
        }
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }

    [[nodiscard]] std::size_t left() const noexcept { return rest_.size(); }
    [[nodiscard]] bool complete() const noexcept { return !short_ && rest_.empty(); }

  private:
    std::string_view rest_;
    bool short_ = false;
};

}  // namespace reverb::wire
