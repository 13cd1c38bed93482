#include "wire/wire.h"

#include <limits>
#include <stdexcept>

#include "wire/fields.h"

namespace reverb::wire {
namespace {

constexpr std::size_t header_size = 6;  // version, type, correlation id

// The bytes of a field with its length before it. Throws when it is too long for that length.
template <typename Length>
std::size_t field_size(const char* name, std::string_view text) {
    constexpr std::size_t longest = std::numeric_limits<Length>::max();
    if (text.size() > longest) {
        throw std::length_error("the event's " + std::string(name) + " has " +
                                std::to_string(text.size()) + " bytes, more than the " +
                                std::to_string(longest) + " that fit into one message");
    }
    return sizeof(Length) + text.size();
}

// `body` is what follows the header.
void append_header(std::string& out, Type type, std::uint32_t correlation, std::size_t body) {
    const std::size_t length = header_size + body;
    if (length > max_frame) {
        throw std::length_error("the event takes " + std::to_string(length) +
                                " bytes, more than the " + std::to_string(max_frame) +
                                " of one message");
    }
    out.reserve(out.size() + prefix_size + length);
    append_integer(out, static_cast<std::uint32_t>(length));
    append_integer(out, version);
    append_integer(out, static_cast<std::uint8_t>(type));
    append_integer(out, correlation);
}

}  // namespace

Split split(std::string_view bytes, Frame& frame) {
    if (bytes.size() < prefix_size) {
        return Split::more;
    }
    const auto length = Reader(bytes.substr(0, prefix_size)).integer<std::uint32_t>();
    if (length < header_size || length > max_frame) {
        return Split::bad;
    }
    if (bytes.size() - prefix_size < length) {
        return Split::more;
    }
    Reader header(bytes.substr(prefix_size, header_size));
    frame.header.version = header.integer<std::uint8_t>();
    frame.header.type = static_cast<Type>(header.integer<std::uint8_t>());
    frame.header.correlation = header.integer<std::uint32_t>();
    frame.payload = bytes.substr(prefix_size + header_size, length - header_size);
    frame.size = prefix_size + length;
    return Split::whole;
}

void append_publish(std::string& out, std::uint32_t correlation, const PublishRequest& request) {
    std::size_t body = field_size<std::uint16_t>("application id", request.app_id) +
                       field_size<std::uint16_t>("name", request.event) +
                       field_size<std::uint16_t>("excluded socket id", request.except) +
                       field_size<std::uint16_t>("info", request.info) + sizeof(std::uint32_t) +
                       field_size<std::uint32_t>("data", request.data);
    for (const std::string& channel : request.channels) {
        body += field_size<std::uint16_t>("channel name", channel);
    }

    append_header(out, Type::publish, correlation, body);
    append_text<std::uint16_t>(out, request.app_id);
    append_text<std::uint16_t>(out, request.event);
    append_text<std::uint16_t>(out, request.except);
    append_text<std::uint16_t>(out, request.info);
    // A frame holds far fewer channels than 32 bits can count.
    append_integer(out, static_cast<std::uint32_t>(request.channels.size()));
    for (const std::string& channel : request.channels) {
        append_text<std::uint16_t>(out, channel);
    }
    append_text<std::uint32_t>(out, request.data);
}

void append_status(std::string& out, std::uint32_t correlation) {
    append_header(out, Type::status, correlation, 0);
}

void append_answer(std::string& out, std::uint32_t correlation, const Answer& answer) {
    const std::size_t body =
        sizeof(std::uint16_t) + field_size<std::uint32_t>("answer", answer.body);
    append_header(out, Type::answer, correlation, body);
    append_integer(out, static_cast<std::uint16_t>(answer.status));
    append_text<std::uint32_t>(out, answer.body);
}

std::optional<PublishRequest> read_publish(std::string_view payload) {
    Reader reader(payload);
    PublishRequest request;
    request.app_id = reader.text<std::uint16_t>();
    request.event = reader.text<std::uint16_t>();
    request.except = reader.text<std::uint16_t>();
    request.info = reader.text<std::uint16_t>();
    const auto channels = reader.integer<std::uint32_t>();
    // Before memory is taken for them: each channel needs its length at least.
    if (channels > reader.left() / sizeof(std::uint16_t)) {
        return std::nullopt;
    }
    request.channels.reserve(channels);
    for (std::uint32_t i = 0; i < channels; ++i) {
        request.channels.push_back(reader.text<std::uint16_t>());
    }
    request.data = reader.text<std::uint32_t>();
    if (!reader.complete()) {
        return std::nullopt;
    }
    return request;
}

std::optional<Answer> read_answer(std::string_view payload) {
    Reader reader(payload);
    Answer answer;
    answer.status = reader.integer<std::uint16_t>();
    answer.body = reader.text<std::uint32_t>();
    if (!reader.complete()) {
        return std::nullopt;
    }
    return answer;
}

}  // namespace reverb::wire
