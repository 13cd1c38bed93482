#include "net/address_lookup.h"

#include <uv.h>

#include <exception>
#include <utility>

namespace reverb {

struct AddressLookup::Request {
    Found found;  // nobody asks any more: none

    void tell(HostAddresses addresses) {
        if (const Found listener = std::exchange(found, {})) {
            listener(std::move(addresses.list), addresses.why);
        }
    }
};

AddressLookup::AddressLookup(EventLoop& loop, const std::string& host, std::uint16_t port,
                             Found found)
    : request_(std::make_shared<Request>()) {
    request_->found = std::move(found);
    const auto tell_soon = [&](HostAddresses addresses) {
        loop.defer(
            [request = request_, addresses = std::move(addresses)] { request->tell(addresses); });
    };
    sockaddr_storage address{};
    if (uv_ip4_addr(host.c_str(), port, reinterpret_cast<sockaddr_in*>(&address)) == 0 ||
        uv_ip6_addr(host.c_str(), port, reinterpret_cast<sockaddr_in6*>(&address)) == 0) {
        tell_soon({{address}, {}});
        return;
    }
    try {
        lookup_.emplace(host, [&loop, request = request_, port](HostAddresses addresses) {
            addresses.set_port(port);
            loop.post([request, addresses = std::move(addresses)] { request->tell(addresses); });
        });
    } catch (const std::exception& error) {
        tell_soon({{}, error.what()});
    }
}

AddressLookup::~AddressLookup() {
    request_->found = nullptr;
}

}  // namespace reverb
