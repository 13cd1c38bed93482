#include "base/host_addresses.h"

#include <netdb.h>
#include <netinet/in.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

namespace reverb {

namespace {

struct ListDeleter {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};

// Whether there is no address of a family that this host has, in the words of each libc.
bool is_of_no_family(int failure) {
    switch (failure) {
        case EAI_NONAME:
#ifdef EAI_NODATA
        case EAI_NODATA:
#endif
#ifdef EAI_ADDRFAMILY
        case EAI_ADDRFAMILY:
#endif
            return true;
        default:
            return false;
    }
}

}  // namespace

void HostAddresses::set_port(std::uint16_t port) {
    for (sockaddr_storage& address : list) {
        if (address.ss_family == AF_INET6) {
            reinterpret_cast<sockaddr_in6&>(address).sin6_port = htons(port);
        } else {
            reinterpret_cast<sockaddr_in&>(address).sin_port = htons(port);
        }
    }
}

socklen_t address_size(const sockaddr_storage& address) {
    return address.ss_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
}

HostAddresses resolve_host(const std::string& host) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* list = nullptr;
    int failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (is_of_no_family(failure)) {
        // AI_ADDRCONFIG hides the loopback address on a host that has no other one of its family.
        hints.ai_flags = 0;
        failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
    }
    HostAddresses found;
    if (failure != 0) {
        found.why = failure == EAI_SYSTEM ? std::generic_category().message(errno)
                                          : ::gai_strerror(failure);
        return found;
    }
    const std::unique_ptr<addrinfo, ListDeleter> owned(list);
    for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
        if (entry->ai_family == AF_INET || entry->ai_family == AF_INET6) {
            sockaddr_storage address{};
            std::memcpy(&address, entry->ai_addr, entry->ai_addrlen);
            found.list.push_back(address);
        }
    }
    return found;
}

}  // namespace reverb
