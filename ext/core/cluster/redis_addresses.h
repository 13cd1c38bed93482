// Addresses as the settings have them. A pure function.
#pragma once

#include <string>
#include <vector>

#include "net/client_address.h"

namespace reverb {

// Each "host:port". Throws ConfigError, naming the setting, for what is none.
[[nodiscard]] std::vector<ClientAddress> client_addresses(const std::vector<std::string>& texts,
                                                          const std::string& setting);

}  // namespace reverb
