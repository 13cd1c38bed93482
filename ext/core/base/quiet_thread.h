// A thread that no signal is delivered to: signals belong to the thread that embeds the server.
#pragma once

#include <functional>
#include <thread>

namespace reverb {

// Throws std::system_error where there is none.
[[nodiscard]] std::thread quiet_thread(std::function<void()> run);

}  // namespace reverb
