#include "cluster/slot_map.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace reverb {

namespace {

// CRC-16/XMODEM.
constexpr std::array<std::uint16_t, 256> crc_table() {
    std::array<std::uint16_t, 256> table{};
    for (unsigned byte = 0; byte < table.size(); ++byte) {
        unsigned crc = byte << 8U;
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc & 0x8000U) != 0 ? (crc << 1U) ^ 0x1021U : crc << 1U;
        }
        table.at(byte) = static_cast<std::uint16_t>(crc);
    }
    return table;
}

std::uint16_t crc16(std::string_view bytes) noexcept {
    static constexpr std::array<std::uint16_t, 256> table = crc_table();
    unsigned crc = 0;
    for (const char byte : bytes) {
        crc = ((crc << 8U) & 0xFFFFU) ^
              table[((crc >> 8U) ^ static_cast<unsigned char>(byte)) & 0xFFU];
    }
    return static_cast<std::uint16_t>(crc);
}

std::string_view take_word(std::string_view& text) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    return word;
}

std::optional<std::uint16_t> slot_number(std::int64_t number) {
    if (number < 0 || number >= SlotMap::slots) {
        return std::nullopt;
    }
    return static_cast<std::uint16_t>(number);
}

}  // namespace

std::uint16_t hash_slot(std::string_view key) noexcept {
    const std::size_t open = key.find('{');
    if (open != std::string_view::npos) {
        const std::size_t close = key.find('}', open + 1);
        if (close != std::string_view::npos && close > open + 1) {
            key = key.substr(open + 1, close - open - 1);
        }
    }
    return crc16(key) % SlotMap::slots;
}

std::optional<Redirection> redirection_of(const RedisReply& error, const std::string& asked) {
    if (!error.is_error("MOVED") && !error.is_error("ASK")) {
        return std::nullopt;
    }
    std::string_view text = error.text;
    Redirection redirection;
    redirection.once = take_word(text) == "ASK";
    const std::string_view slot = take_word(text);
    const std::string_view address = take_word(text);
    unsigned number = 0;
    const auto read = std::from_chars(slot.data(), slot.data() + slot.size(), number);
    // Addresses of IPv6 come without brackets.
    const std::size_t colon = address.rfind(':');
    if (read.ec != std::errc{} || number >= SlotMap::slots || colon == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view port = address.substr(colon + 1);
    const auto port_read =
        std::from_chars(port.data(), port.data() + port.size(), redirection.address.port);
    if (port_read.ec != std::errc{} || redirection.address.port == 0) {
        return std::nullopt;
    }
    redirection.slot = static_cast<std::uint16_t>(number);
    redirection.address.host = colon == 0 ? asked : std::string(address.substr(0, colon));
    return redirection;
}

std::optional<SlotMap> SlotMap::read(const RedisReply& reply, const std::string& asked) {
    if (reply.type != RedisReply::Type::array) {
        return std::nullopt;
    }
    SlotMap map;
    for (const RedisReply& range : reply.elements) {
        if (range.elements.size() < 3 || range.elements[2].elements.size() < 2) {
            return std::nullopt;
        }
        const auto first = slot_number(range.elements[0].integer);
        const auto last = slot_number(range.elements[1].integer);
        const RedisReply& host = range.elements[2].elements[0];
        const std::int64_t port = range.elements[2].elements[1].integer;
        if (!first || !last || *first > *last || port < 1 || port > 0xFFFF) {
            return std::nullopt;
        }
        const std::uint16_t master =
            map.index_of({host.text.empty() ? asked : host.text, static_cast<std::uint16_t>(port)});
        std::fill(map.by_slot_.begin() + *first, map.by_slot_.begin() + *last + 1, master);
    }
    return map;
}

const HostPort* SlotMap::master_of(std::uint16_t slot) const noexcept {
    const std::uint16_t master = by_slot_[slot % slots];
    return master == nobody ? nullptr : &masters_[master];
}

void SlotMap::move(const Redirection& moved) {
    by_slot_[moved.slot % slots] = index_of(moved.address);
}

std::uint16_t SlotMap::index_of(const HostPort& address) {
    const auto found = std::find(masters_.begin(), masters_.end(), address);
    if (found != masters_.end()) {
        return static_cast<std::uint16_t>(found - masters_.begin());
    }
    masters_.push_back(address);
    return static_cast<std::uint16_t>(masters_.size() - 1);
}

}  // namespace reverb
