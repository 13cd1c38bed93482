#include "support/test_name.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>

#include <condition_variable>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace reverb::testing {

namespace {

struct Entry {
    TestName::Resolver resolver;
    int under_way = 0;
};

// Never destroyed: a look-up may end while the program does.
struct Names {
    std::mutex mutex;
    std::condition_variable ended;
    std::map<std::string, Entry, std::less<>> entries;

    static Names& all() {
        static auto* const names = new Names;
        return *names;
    }
};

// Nothing where it is the system's.
std::optional<TestName::Answer> answer_to(const char* name, const addrinfo* hints) {
    Names& names = Names::all();
    TestName::Resolver resolver;
    {
        const std::scoped_lock lock(names.mutex);
        const auto found = name == nullptr ? names.entries.end() : names.entries.find(name);
        if (found == names.entries.end()) {
            return std::nullopt;
        }
        resolver = found->second.resolver;
        ++found->second.under_way;
    }
    TestName::Answer answer = resolver(hints == nullptr ? addrinfo{} : *hints);
    const std::scoped_lock lock(names.mutex);
    --names.entries.find(name)->second.under_way;
    names.ended.notify_all();
    return answer;
}

// One block, as glibc has it, so that its freeaddrinfo() can take it.
addrinfo* entry_of(const std::string& text, const char* service) {
    struct Block {
        addrinfo entry;
        sockaddr_in address;
    };
    auto* const block = static_cast<Block*>(std::calloc(1, sizeof(Block)));
    block->address.sin_family = AF_INET;
    block->address.sin_port =
        htons(static_cast<std::uint16_t>(service == nullptr ? 0 : std::atoi(service)));
    ::inet_pton(AF_INET, text.c_str(), &block->address.sin_addr);
    block->entry.ai_family = AF_INET;
    block->entry.ai_socktype = SOCK_STREAM;
    block->entry.ai_addrlen = sizeof(block->address);
    block->entry.ai_addr = reinterpret_cast<sockaddr*>(&block->address);
    return &block->entry;
}

}  // namespace

TestName::TestName(std::string name, Resolver resolver) : name_(std::move(name)) {
    Names& names = Names::all();
    const std::scoped_lock lock(names.mutex);
    names.entries[name_].resolver = std::move(resolver);
}

TestName::~TestName() {
    Names& names = Names::all();
    std::unique_lock lock(names.mutex);
    names.ended.wait(lock, [&] { return names.entries[name_].under_way == 0; });
    names.entries.erase(name_);
}

}  // namespace reverb::testing

// In place of the system's, for the libraries as well.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** list) {
    using System = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
    static const auto system = reinterpret_cast<System>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    const auto answer = reverb::testing::answer_to(name, hints);
    if (!answer) {
        return system(name, service, hints, list);
    }
    if (answer->failure != 0) {
        return answer->failure;
    }
    addrinfo** end = list;
    for (const std::string& address : answer->addresses) {
        *end = reverb::testing::entry_of(address, service);
        end = &(*end)->ai_next;
    }
    return 0;
}
