#include "net/address_lookup.h"

#include <uv.h>

#include <csignal>
#include <utility>

#include "base/host_addresses.h"

namespace reverb {

struct AddressLookup::Request {
    uv_work_t handle{};
    std::string host;
    std::uint16_t port = 0;
    HostAddresses addresses;
    Found found;                    // nobody asks any more: none
    std::shared_ptr<Request> self;  // while libuv has the handle

    void tell() {
        if (const Found listener = std::exchange(found, {})) {
            listener(std::move(addresses.list), addresses.why);
        }
    }
};

AddressLookup::AddressLookup(EventLoop& loop, const std::string& host, std::uint16_t port,
                             Found found)
    : request_(std::make_shared<Request>()) {
    request_->host = host;
    request_->port = port;
    request_->found = std::move(found);
    sockaddr_storage address{};
    if (uv_ip4_addr(host.c_str(), port, reinterpret_cast<sockaddr_in*>(&address)) == 0 ||
        uv_ip6_addr(host.c_str(), port, reinterpret_cast<sockaddr_in6*>(&address)) == 0) {
        request_->addresses.list.push_back(address);
        loop.defer([request = request_] { request->tell(); });
        return;
    }
    request_->handle.data = request_.get();
    // libuv starts its threads at their first use, and they inherit the mask: signals belong to the
    // thread that embeds the server.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    uv_queue_work(
        loop.uv(), &request_->handle,
        [](uv_work_t* handle) {
            auto& request = *static_cast<Request*>(handle->data);
            request.addresses = resolve_host(request.host);
        },
        [](uv_work_t* handle, int) {
            auto& request = *static_cast<Request*>(handle->data);
            const std::shared_ptr<Request> keep = std::exchange(request.self, nullptr);
            request.addresses.set_port(request.port);
            request.tell();
        });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    request_->self = request_;
}

AddressLookup::~AddressLookup() {
    request_->found = nullptr;
    if (request_->self != nullptr) {
        // Possible only while it waits for a thread.
        uv_cancel(reinterpret_cast<uv_req_t*>(&request_->handle));
    }
}

}  // namespace reverb
