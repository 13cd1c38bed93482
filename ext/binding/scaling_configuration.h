// The settings of scaling over Redis, which a server and a publisher share.
#pragma once

#include "binding/setting.h"
#include "server_config.h"

namespace reverb::binding {

// Throws ConfigError.
void read_scaling(const Setting& setting, ScalingConfig& scaling);

}  // namespace reverb::binding
