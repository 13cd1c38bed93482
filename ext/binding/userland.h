// The way from C++ into PHP code, and the only one. zend_bailout() is a longjmp: it must find the
// zend_try here and never cross a frame of libuv or of C++. PHP's thread only.
#pragma once

#include <cstdint>

#include "php_reverb.h"

namespace reverb::binding {

// A callable, held as a closure so that it can be called from any scope. A plain value: its owner
// calls release(). Empty where `closure` is null.
struct Callable {
    zend_object* closure = nullptr;
    zend_fcall_info_cache cache{};

    // Holds `value`, which must be callable. Throws in PHP and returns false where it is not.
    [[nodiscard]] static bool hold(zval* value, Callable& callable);
    void release();
};

enum class CallEnd : std::uint8_t {
    returned,
    threw,       // EG(exception) holds it
    exited,      // exit() was called: EG(exception) holds the unwind_exit, which must stay there
    bailed_out,  // a fatal error: no PHP code may run any more
};

// Makes the one argument of a call. Runs inside the zend_try, so it may allocate from PHP's heap.
using BuildArgument = void (*)(const void* source, zval* argument);

// Reads what a call returned into `sink`. Runs inside the zend_try as well, and only where nothing
// was thrown; may itself throw in PHP.
using TakeResult = void (*)(const zval* result, void* sink);

// Calls `callable` with the argument that `build` makes of `source`, or without one.
CallEnd call_userland(const Callable& callable, BuildArgument build, const void* source,
                      TakeResult take = nullptr, void* sink = nullptr) noexcept;

// Hands what is in EG(exception) to `handler`, or where that is empty, or throws itself, reports a
// warning. Nothing is left in EG(exception) but an exit().
CallEnd report_exception(const Callable& handler) noexcept;

}  // namespace reverb::binding
