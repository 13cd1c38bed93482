// Looks up the addresses of a name, without a stop of the loop, and tells them once. Owned by
// whoever asks, on the loop's thread: who destroys it is not told.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/event_loop.h"
#include "net/host_lookup.h"

namespace reverb {

class AddressLookup {
  public:
    // The addresses in the resolver's order, or none and why.
    using Found = std::function<void(std::vector<sockaddr_storage>, const std::string& why)>;

    // An address needs no look-up. `found` is never called from within.
    AddressLookup(EventLoop& loop, const std::string& host, std::uint16_t port, Found found);
    ~AddressLookup();
    AddressLookup(const AddressLookup&) = delete;
    AddressLookup& operator=(const AddressLookup&) = delete;

  private:
    struct Request;
    std::shared_ptr<Request> request_;
    std::optional<HostLookup> lookup_;  // none: an address, or it could not be asked for
};

}  // namespace reverb
