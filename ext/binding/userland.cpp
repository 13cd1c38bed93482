#include "binding/userland.h"

#include "zend_closures.h"
#include "zend_exceptions.h"

namespace reverb::binding {

namespace {

// Runs `work`, which holds no object with a destructor, and says how it ended.
template <typename Work>
CallEnd guarded(Work work) noexcept {
    volatile CallEnd end = CallEnd::returned;
    zend_try {
        work();
        if (EG(exception) != nullptr) {
            const bool exit =
                zend_is_unwind_exit(EG(exception)) || zend_is_graceful_exit(EG(exception));
            end = exit ? CallEnd::exited : CallEnd::threw;
        }
    }
    zend_catch {
        end = CallEnd::bailed_out;
    }
    zend_end_try();
    return end;
}

// The warning "Uncaught RuntimeException: …", displayed and logged as PHP is set to. It never goes
// to an error handler of the application, which might throw it back at us.
CallEnd warn(zend_object* exception) noexcept {
    // PHP reports a ParseError as what it is, as though the script had ended with it.
    const int status = EG(exit_status);
    const CallEnd end = guarded([exception] { zend_exception_error(exception, E_WARNING); });
    if (end == CallEnd::returned) {
        EG(exit_status) = status;
    }
    return end;
}

// Takes the exception out of EG(exception); the caller holds the reference.
zend_object* take_exception() noexcept {
    zend_object* exception = EG(exception);
    GC_ADDREF(exception);
    zend_clear_exception();
    return exception;
}

// The argument takes over our reference.
void give_exception(const void* exception, zval* argument) {
    ZVAL_OBJ(argument, static_cast<zend_object*>(const_cast<void*>(exception)));
}

}  // namespace

bool Callable::hold(zval* value, Callable& callable) {
    zval closure;
    ZVAL_UNDEF(&closure);
    if (Z_TYPE_P(value) == IS_OBJECT && Z_OBJCE_P(value) == zend_ce_closure) {
        ZVAL_COPY(&closure, value);
    } else {
        // In the scope of who calls us, so that a class may give us its private methods.
        auto* from_callable = static_cast<zend_function*>(
            zend_hash_str_find_ptr(&zend_ce_closure->function_table, ZEND_STRL("fromcallable")));
        zend_call_known_function(from_callable, nullptr, zend_ce_closure, &closure, 1, value,
                                 nullptr);
        if (EG(exception) != nullptr) {
            zval_ptr_dtor(&closure);
            return false;
        }
    }
    if (!zend_is_callable_ex(&closure, nullptr, 0, nullptr, &callable.cache, nullptr)) {
        zval_ptr_dtor(&closure);
        zend_throw_error(nullptr, "The callable cannot be made a closure");
        return false;
    }
    callable.closure = Z_OBJ(closure);
    return true;
}

void Callable::release() {
    zend_object* held = closure;
    closure = nullptr;
    if (held != nullptr) {
        OBJ_RELEASE(held);
    }
}

CallEnd call_userland(const Callable& callable, BuildArgument build, const void* source,
                      TakeResult take, void* sink) noexcept {
    // Copied: the call may put another listener in this one's place.
    zend_object* closure = callable.closure;
    zend_fcall_info_cache cache = callable.cache;
    return guarded([closure, cache, build, source, take, sink] {
        zend_fcall_info_cache target = cache;
        zval argument;
        zval result;
        ZVAL_UNDEF(&argument);
        ZVAL_UNDEF(&result);
        if (build != nullptr) {
            build(source, &argument);
        }
        zend_fcall_info call;
        call.size = sizeof(call);
        ZVAL_OBJ_COPY(&call.function_name, closure);
        call.retval = &result;
        call.params = &argument;
        call.object = nullptr;
        call.param_count = build == nullptr ? 0 : 1;
        call.named_params = nullptr;
        zend_call_function(&call, &target);
        if (take != nullptr && EG(exception) == nullptr) {
            take(&result, sink);
        }
        zval_ptr_dtor(&result);
        zval_ptr_dtor(&argument);
        zval_ptr_dtor(&call.function_name);
    });
}

CallEnd report_exception(const Callable& handler) noexcept {
    CallEnd end = CallEnd::threw;
    if (handler.closure != nullptr) {
        end = call_userland(handler, give_exception, take_exception());
    }
    if (end == CallEnd::threw) {
        end = warn(take_exception());
    }
    if (end == CallEnd::threw) {
        // An output callback of the application, asked to print the warning, threw.
        end = guarded([] { zend_clear_exception(); });
    }
    return end;
}

}  // namespace reverb::binding
