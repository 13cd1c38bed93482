// The hooks of Reverb\Server: their names, and how what the core tells becomes the array that a
// listener gets. Names and shapes are documented in stubs/reverb.stub.php.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "binding/userland.h"
#include "hooks.h"

namespace reverb::binding {

// The core's hooks first, by their numbers there; then those of the binding itself.
inline constexpr std::size_t core_hooks = static_cast<std::size_t>(Hook::count);
inline constexpr std::size_t exception_hook = core_hooks;
inline constexpr std::size_t started_hook = core_hooks + 1;
inline constexpr std::size_t stopping_hook = core_hooks + 2;
inline constexpr std::size_t signal_hook = core_hooks + 3;
inline constexpr std::size_t application_hook = core_hooks + 4;
inline constexpr std::size_t hook_count = core_hooks + 5;

using Listeners = std::array<Callable, hook_count>;

[[nodiscard]] std::optional<std::size_t> hook_number(std::string_view name) noexcept;
// "log, connection_opened, …", for an error.
[[nodiscard]] std::string hook_names();

// What the `started` hook is told.
struct Started {
    std::string address;
    std::string socket;
    std::size_t threads = 0;
    std::vector<std::string> warnings;
};

// BuildArgument functions; the source is a HookEvent, a Started, a C string, or an ApplicationName.
void build_event(const void* event, zval* argument);
void build_started(const void* started, zval* argument);
void build_stopping(const void* reason, zval* argument);
void build_signal(const void* signal, zval* argument);
void build_application_wanted(const void* name, zval* argument);

}  // namespace reverb::binding
