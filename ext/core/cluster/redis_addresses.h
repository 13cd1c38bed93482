// Addresses as the settings have them, and as Sentinels name them. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cluster/resp.h"
#include "net/client_address.h"

namespace reverb {

// Each "host:port". Throws ConfigError, naming the setting, for what is none.
[[nodiscard]] std::vector<ClientAddress> client_addresses(const std::vector<std::string>& texts,
                                                          const std::string& setting);

// The master in a Sentinel's answer to get-master-addr-by-name. Nothing where it knows none.
[[nodiscard]] std::optional<ClientAddress> master_in(const RedisReply& reply);

}  // namespace reverb
