#include "cluster/resp.h"

#include <hiredis/hiredis.h>

#include <array>
#include <charconv>
#include <utility>

namespace reverb {

namespace {

// Larger than a message or the map of a large Redis Cluster, and still no danger.
constexpr std::size_t max_reply_bytes = 64U << 20U;
constexpr std::size_t max_reply_elements = 1U << 20U;
// Memory of replies is kept for the next ones up to this size.
constexpr std::size_t kept_bytes = 64U << 10U;
constexpr std::size_t kept_elements = 1'024;

void append_length(std::string& bytes, char kind, std::size_t length) {
    std::array<char, 24> digits{};
    char* const end = std::to_chars(digits.begin(), digits.end(), length).ptr;
    bytes += kind;
    bytes.append(digits.data(), end);
    bytes += "\r\n";
}

RedisReply::Type type_of(int hiredis_type) {
    switch (hiredis_type) {
        case REDIS_REPLY_STATUS:
            return RedisReply::Type::status;
        case REDIS_REPLY_ERROR:
            return RedisReply::Type::error;
        default:
            return RedisReply::Type::text;
    }
}

}  // namespace

bool RedisReply::is_error(std::string_view code) const noexcept {
    const std::string_view said = text;
    return type == Type::error && said.substr(0, code.size()) == code &&
           (said.size() == code.size() || said[code.size()] == ' ');
}

void append_resp_array(std::string& bytes, std::size_t words) {
    append_length(bytes, '*', words);
}

void append_resp_word(std::string& bytes, std::string_view word) {
    append_length(bytes, '$', word.size());
    bytes += word;
    bytes += "\r\n";
}

std::string redis_command(std::span<const std::string_view> words) {
    std::size_t size = 16;
    for (const std::string_view word : words) {
        size += word.size() + 16;
    }
    std::string bytes;
    bytes.reserve(size);
    append_resp_array(bytes, words.size());
    for (const std::string_view word : words) {
        append_resp_word(bytes, word);
    }
    return bytes;
}

struct RespReader::Impl {
    struct FreeReader {
        void operator()(redisReader* reader) const noexcept { redisReaderFree(reader); }
    };

    redisReplyObjectFunctions functions{};
    std::unique_ptr<redisReader, FreeReader> reader;
    RedisReply root;
    std::size_t elements = 0;  // of the reply that is being read
    bool given = false;        // whether the root is whole, and has been given out

    Impl() {
        // How many elements are announced is an int or a size_t, by hiredis' version.
        functions.createString = [](const redisReadTask* task, char* bytes, std::size_t size) {
            return made(task, type_of(task->type),
                        [&](RedisReply& reply) { reply.text.assign(bytes, size); });
        };
        functions.createArray = [](const redisReadTask* task, auto announced) -> void* {
            const auto count = static_cast<std::size_t>(announced);
            Impl& impl = *static_cast<Impl*>(task->privdata);
            // Refused before hiredis waits for them.
            if (count > max_reply_elements - impl.elements) {
                return nullptr;
            }
            impl.elements += count;
            return made(task, RedisReply::Type::array, [&](RedisReply& reply) {
                if (reply.elements.size() > count) {
                    reply.elements.resize(count);
                }
            });
        };
        functions.createInteger = [](const redisReadTask* task, long long value) {
            return made(task, RedisReply::Type::integer,
                        [&](RedisReply& reply) { reply.integer = value; });
        };
        functions.createNil = [](const redisReadTask* task) {
            return made(task, RedisReply::Type::nil, [](RedisReply&) {});
        };
        functions.freeObject = [](void*) {};
        reader.reset(redisReaderCreateWithFunctions(&functions));
        if (reader == nullptr) {
            throw std::bad_alloc();
        }
        reader->privdata = this;
    }

    // The reply that a task of hiredis is to fill in: the root, or the next element of its parent.
    // Elements are added as they come, not as many as are announced. What hiredis holds are the
    // replies on the way down to the current one, and none of those moves when one is added to the
    // lowest. Nothing may be thrown through hiredis.
    template <typename Fill>
    static void* made(const redisReadTask* task, RedisReply::Type type, Fill fill) noexcept {
        try {
            RedisReply* reply = &static_cast<Impl*>(task->privdata)->root;
            if (task->parent != nullptr) {
                auto& siblings = static_cast<RedisReply*>(task->parent->obj)->elements;
                const auto index = static_cast<std::size_t>(task->idx);
                if (index == siblings.size()) {
                    siblings.emplace_back();
                }
                reply = &siblings[index];
            }
            reply->type = type;
            reply->text.clear();
            reply->integer = 0;
            if (type != RedisReply::Type::array) {
                reply->elements.clear();
            }
            fill(*reply);
            return reply;
        } catch (const std::bad_alloc&) {
            return nullptr;
        }
    }

    // A large reply's memory is not kept for the small ones that follow.
    void let_go() {
        bool large = root.text.capacity() > kept_bytes || root.elements.capacity() > kept_elements;
        for (const RedisReply& element : root.elements) {
            large = large || element.text.capacity() > kept_bytes ||
                    element.elements.capacity() > kept_elements;
        }
        if (large) {
            root = {};
        }
    }
};

RespReader::RespReader() : impl_(std::make_unique<Impl>()) {
}

RespReader::~RespReader() = default;

void RespReader::feed(std::string_view bytes) {
    redisReader& reader = *impl_->reader;
    if (reader.len - reader.pos + bytes.size() > max_reply_bytes) {
        throw RespError("a reply is longer than " + std::to_string(max_reply_bytes >> 20U) +
                        " MiB");
    }
    if (redisReaderFeed(&reader, bytes.data(), bytes.size()) != REDIS_OK) {
        throw RespError(reader.errstr);
    }
}

const RedisReply* RespReader::next() {
    if (impl_->given) {
        impl_->given = false;
        impl_->let_go();
    }
    void* reply = nullptr;
    if (redisReaderGetReply(impl_->reader.get(), &reply) != REDIS_OK) {
        throw RespError(impl_->reader->errstr);
    }
    if (reply == nullptr) {
        return nullptr;
    }
    impl_->elements = 0;
    impl_->given = true;
    return static_cast<const RedisReply*>(reply);
}

std::string resp_reader_version() {
    return std::to_string(HIREDIS_MAJOR) + "." + std::to_string(HIREDIS_MINOR) + "." +
           std::to_string(HIREDIS_PATCH);
}

}  // namespace reverb
