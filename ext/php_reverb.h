// The module as Zend sees it: its version, its entry and its globals, of which every PHP thread
// has its own. What the globals hold is C++ and stays behind one pointer (binding/thread_state.h).
#pragma once

#include <string>

#include "php.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#define PHP_REVERB_VERSION "0.1.0"

extern zend_module_entry reverb_module_entry;
#define phpext_reverb_ptr &reverb_module_entry

namespace reverb::binding {
struct ThreadState;
}

ZEND_BEGIN_MODULE_GLOBALS(reverb)
reverb::binding::ThreadState* thread;
ZEND_END_MODULE_GLOBALS(reverb)

ZEND_EXTERN_MODULE_GLOBALS(reverb)
#define REVERB_G(v) ZEND_MODULE_GLOBALS_ACCESSOR(reverb, v)

#if defined(ZTS) && defined(COMPILE_DL_REVERB)
ZEND_TSRMLS_CACHE_EXTERN()
#endif
