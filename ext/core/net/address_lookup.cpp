#include "net/address_lookup.h"

#include <netdb.h>
#include <uv.h>

#include <csignal>
#include <cstring>
#include <utility>

namespace reverb {

struct AddressLookup::Request {
    uv_getaddrinfo_t handle{};
    Found found;                    // nobody asks any more: none
    std::shared_ptr<Request> self;  // while libuv has the handle

    void tell(std::vector<sockaddr_storage> addresses, const std::string& why) {
        if (const Found listener = std::exchange(found, {})) {
            listener(std::move(addresses), why);
        }
    }
};

namespace {

std::vector<sockaddr_storage> addresses_of(const addrinfo* list) {
    std::vector<sockaddr_storage> addresses;
    for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
        if (entry->ai_family == AF_INET || entry->ai_family == AF_INET6) {
            sockaddr_storage address{};
            std::memcpy(&address, entry->ai_addr, entry->ai_addrlen);
            addresses.push_back(address);
        }
    }
    return addresses;
}

}  // namespace

AddressLookup::AddressLookup(EventLoop& loop, const std::string& host, std::uint16_t port,
                             Found found)
    : request_(std::make_shared<Request>()) {
    request_->found = std::move(found);
    sockaddr_storage address{};
    if (uv_ip4_addr(host.c_str(), port, reinterpret_cast<sockaddr_in*>(&address)) == 0 ||
        uv_ip6_addr(host.c_str(), port, reinterpret_cast<sockaddr_in6*>(&address)) == 0) {
        loop.defer([request = request_, address] { request->tell({address}, {}); });
        return;
    }
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
    request_->handle.data = request_.get();
    // libuv starts its threads at their first use, and they inherit the mask: signals belong to the
    // thread that embeds the server.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const int status = uv_getaddrinfo(
        loop.uv(), &request_->handle,
        [](uv_getaddrinfo_t* handle, int failure, addrinfo* list) {
            auto& request = *static_cast<Request*>(handle->data);
            const std::shared_ptr<Request> keep = std::exchange(request.self, nullptr);
            auto addresses = addresses_of(list);
            uv_freeaddrinfo(list);
            request.tell(std::move(addresses), failure != 0 ? uv_strerror(failure) : "");
        },
        host.c_str(), std::to_string(port).c_str(), &hints);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (status == 0) {
        request_->self = request_;
    } else {
        loop.defer([request = request_, why = std::string(uv_strerror(status))] {
            request->tell({}, why);
        });
    }
}

AddressLookup::~AddressLookup() {
    request_->found = nullptr;
    if (request_->self != nullptr) {
        // Possible only while it waits for a thread.
        uv_cancel(reinterpret_cast<uv_req_t*>(&request_->handle));
    }
}

}  // namespace reverb
