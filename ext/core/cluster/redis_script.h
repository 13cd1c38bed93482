// A Lua script and its digest, by which the server knows it. A constant; any thread.
#pragma once

#include <string>

namespace reverb {

struct RedisScript {
    explicit RedisScript(std::string script);

    std::string text;
    std::string sha1;  // in hexadecimal
};

}  // namespace reverb
