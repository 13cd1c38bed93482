#include "cluster/redis_script.h"

#include <utility>

#include "base/hmac.h"

namespace reverb {

RedisScript::RedisScript(std::string script) : text(std::move(script)), sha1(sha1_hex(text)) {
}

}  // namespace reverb
