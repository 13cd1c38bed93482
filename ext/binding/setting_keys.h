// The keys that an array of settings may have, and what is done with the value of each.
// Compile-time tables; PHP's thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "binding/setting.h"

namespace reverb::binding {

// A key that is known, and what is done with its value.
template <typename Target>
struct Key {
    std::string_view name;
    void (*read)(const Setting& setting, Target& target);
};

// Reads every member into `target`; a key that is not among `keys` is refused.
template <typename Target>
void read_all(const std::vector<Setting>& settings, std::span<const Key<Target>> keys,
              Target& target) {
    for (const Setting& setting : settings) {
        const Key<Target>* found = nullptr;
        std::string names;
        for (const Key<Target>& key : keys) {
            if (key.name == setting.key()) {
                found = &key;
            }
            names += names.empty() ? "" : ", ";
            names += key.name;
        }
        if (found == nullptr) {
            setting.unknown(names);
        }
        found->read(setting, target);
    }
}

}  // namespace reverb::binding
