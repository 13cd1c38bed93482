// Whose word about a client's address is taken: the setting `trusted_proxies`. Made once, at the
// start, then read by every I/O thread. Works on texts alone and looks no name up.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"

namespace reverb {

class TrustedProxies {
  public:
    TrustedProxies() = default;
    // Addresses ("10.0.0.1"), ranges ("fd00::/8"), or "*" for whoever connects. Throws ConfigError
    // naming `trusted_proxies.N`.
    explicit TrustedProxies(const std::vector<std::string>& settings);

    // Whether what this peer says about its client is to be believed.
    [[nodiscard]] bool trusts(const std::string& peer) const;

    // The client's address, by the word of a trusted peer. Every proxy adds to X-Forwarded-For the
    // address it was reached from: the last one that is no trusted proxy's is the client's.
    // Whatever stands before an entry that is no address is not believed. X-Real-IP counts where
    // there is no X-Forwarded-For; when neither says anything, it is the peer's own.
    //
    // "*" makes no address in the header a proxy's, or the client could put any at its front.
    [[nodiscard]] std::string client(const std::string& peer, std::string_view forwarded_for,
                                     std::string_view real_ip) const;

  private:
    [[nodiscard]] bool lists(const IpAddress& address) const;

    std::vector<IpRange> ranges_;
    bool anybody_ = false;
};

}  // namespace reverb
