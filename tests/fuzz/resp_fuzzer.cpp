// Whatever a Redis, or somebody in its place, answers: replies are the same however the bytes are
// cut.
#include <algorithm>
#include <string>
#include <vector>

#include "cluster/resp.h"
#include "fuzz/check.h"

namespace {

using namespace reverb;

void describe(const RedisReply& reply, std::string& text) {
    text += std::to_string(static_cast<int>(reply.type)) + ' ' + std::to_string(reply.integer) +
            ' ' + std::to_string(reply.elements.size()) + ' ' + reply.text + '\n';
    for (const RedisReply& element : reply.elements) {
        describe(element, text);
    }
}

// All replies in words, up to where the bytes are no RESP any more.
std::string replies_of(std::string_view bytes, std::size_t piece) {
    RespReader reader;
    std::string text;
    try {
        while (!bytes.empty()) {
            reader.feed(bytes.substr(0, piece));
            bytes.remove_prefix(std::min(piece, bytes.size()));
            while (const RedisReply* reply = reader.next()) {
                describe(*reply, text);
            }
        }
    } catch (const RespError&) {
        text += "no RESP";
    }
    return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = fuzz::as_text(data, size);
    if (!bytes.empty()) {
        fuzz::check(replies_of(bytes, bytes.size()) == replies_of(bytes, 1),
                    "pieces are read as the whole");
    }
    return 0;
}
