// A proxy's headers, whatever a client wrote into them: they never change what stands behind it.
#include <string>
#include <vector>

#include "app/trusted_proxies.h"
#include "base/ip_address.h"
#include "fuzz/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace reverb;
    using fuzz::check;
    std::string_view rest = fuzz::as_text(data, size);
    const std::string_view entry = fuzz::take_part(rest);
    const std::string forwarded(rest);
    static const std::string peer = "192.0.2.1";
    static const TrustedProxies proxies({"*", "10.0.0.0/8", "fd00::/8"});

    const std::string client = proxies.client(peer, forwarded, entry);
    const auto address = IpAddress::parse(client);
    check(address && address->text() == client, "what comes out is an address");
    check(proxies.client(peer, forwarded + ",203.0.113.9", entry) == "203.0.113.9",
          "what the proxy adds counts");
    check(proxies.client(peer, forwarded + ", [fd00::1]:80 , 203.0.113.9:1, 10.0.0.1", entry) ==
              "203.0.113.9",
          "so does what stands in front of our proxies");
    check(proxies.client(peer, forwarded + ",unknown", entry) == peer,
          "nothing in front of what is no address is believed");

    if (const auto range = IpRange::parse(entry)) {
        check(range->bits <= 128, "a range has as many bits as an address");
        check(range->contains(range->network) || range->network.is_ipv4(),
              "a range holds its network, unless it is IPv4's in a range of IPv6");
        check(TrustedProxies({std::string(entry)}).trusts(range->network.text()) ==
                  range->contains(range->network),
              "a setting means what its range does");
    }
    return 0;
}
