// The module's entry: classes at MINIT, the thread's state in the globals. Neither a thread nor a
// socket is made here: php-fpm loads the extension into every worker and must pay nothing for it.
#include "binding/exceptions.h"
#include "binding/publisher_object.h"
#include "binding/server_object.h"
#include "binding/thread_state.h"
#include "ext/spl/spl_exceptions.h"
#include "ext/standard/info.h"
#include "php_reverb.h"
#include "server.h"
#include "zend_attributes.h"

namespace {

// gen_stub.php writes C, where a void pointer converts by itself.
[[maybe_unused]] zend_attribute* zend_add_parameter_attribute(void* function, uint32_t offset,
                                                              zend_string* name, uint32_t argc) {
    return ::zend_add_parameter_attribute(static_cast<zend_function*>(function), offset, name,
                                          argc);
}

}  // namespace

#include "reverb_arginfo.h"

ZEND_DECLARE_MODULE_GLOBALS(reverb)

namespace {

using namespace reverb::binding;

PHP_MINIT_FUNCTION(reverb) {
    set_up_server_class(register_class_Reverb_Server());
    set_up_publisher_class(register_class_Reverb_Publisher());
    exception_ce = register_class_Reverb_Exception(spl_ce_RuntimeException);
    configuration_exception_ce = register_class_Reverb_ConfigurationException(exception_ce);
    connect_exception_ce = register_class_Reverb_ConnectException(exception_ce);
    rejected_exception_ce = register_class_Reverb_RejectedException(exception_ce);
    outcome_unknown_exception_ce = register_class_Reverb_OutcomeUnknownException(exception_ce);
    return SUCCESS;
}

PHP_RINIT_FUNCTION(reverb) {
#if defined(ZTS) && defined(COMPILE_DL_REVERB)
    ZEND_TSRMLS_CACHE_UPDATE();
#endif
    return SUCCESS;
}

PHP_RSHUTDOWN_FUNCTION(reverb) {
    thread_state().connections.end_request();
    return SUCCESS;
}

PHP_GINIT_FUNCTION(reverb) {
#if defined(ZTS) && defined(COMPILE_DL_REVERB)
    ZEND_TSRMLS_CACHE_UPDATE();
#endif
    reverb_globals->thread = new ThreadState;
}

PHP_GSHUTDOWN_FUNCTION(reverb) {
    delete reverb_globals->thread;
    reverb_globals->thread = nullptr;
}

PHP_MINFO_FUNCTION(reverb) {
    ThreadState& thread = thread_state();
    attempt(thread.outcome, [&] { thread.versions = reverb::library_versions(); });
    php_info_print_table_start();
    php_info_print_table_row(2, "Reverb WebSocket server", "enabled");
    php_info_print_table_row(2, "Version", PHP_REVERB_VERSION);
    for (const auto& [name, version] : thread.versions) {
        php_info_print_table_row(2, name.c_str(), version.c_str());
    }
    php_info_print_table_end();
}

const zend_module_dep dependencies[] = {ZEND_MOD_REQUIRED("json") ZEND_MOD_REQUIRED("spl")
                                            ZEND_MOD_END};

}  // namespace

zend_module_entry reverb_module_entry = {
    STANDARD_MODULE_HEADER_EX,
    nullptr,
    dependencies,
    "reverb",
    nullptr,
    PHP_MINIT(reverb),
    nullptr,
    PHP_RINIT(reverb),
    PHP_RSHUTDOWN(reverb),
    PHP_MINFO(reverb),
    PHP_REVERB_VERSION,
    PHP_MODULE_GLOBALS(reverb),
    PHP_GINIT(reverb),
    PHP_GSHUTDOWN(reverb),
    nullptr,
    STANDARD_MODULE_PROPERTIES_EX,
};

#ifdef COMPILE_DL_REVERB
#ifdef ZTS
ZEND_TSRMLS_CACHE_DEFINE()
#endif
extern "C" {
ZEND_GET_MODULE(reverb)
}
#endif
