#include "binding/publisher_object.h"

#include <cstddef>
#include <memory>
#include <utility>

#include "binding/configuration.h"
#include "binding/outcome.h"
#include "binding/request.h"
#include "binding/thread_state.h"
#include "publisher/publisher.h"

namespace reverb::binding {

namespace {

struct PublisherObject {
    PublisherTarget* target;  // null until constructed
    zend_object std;
};

zend_object_handlers handlers;

PublisherObject* object_of(zend_object* object) noexcept {
    return reinterpret_cast<PublisherObject*>(reinterpret_cast<char*>(object) -
                                              offsetof(PublisherObject, std));
}

// Throws in PHP and returns null where the constructor was skipped.
const PublisherTarget* target_of(zval* self) {
    const PublisherTarget* target = object_of(Z_OBJ_P(self))->target;
    if (target == nullptr) {
        zend_throw_error(nullptr, "Reverb\\Publisher::__construct() was not called");
    }
    return target;
}

zend_object* create(zend_class_entry* class_entry) {
    auto* object =
        static_cast<PublisherObject*>(zend_object_alloc(sizeof(PublisherObject), class_entry));
    object->target = nullptr;
    zend_object_std_init(&object->std, class_entry);
    object_properties_init(&object->std, class_entry);
    object->std.handlers = &handlers;
    return &object->std;
}

void free_object(zend_object* std) {
    delete std::exchange(object_of(std)->target, nullptr);
    zend_object_std_dtor(std);
}

}  // namespace

void set_up_publisher_class(zend_class_entry* class_entry) {
    class_entry->create_object = create;
    handlers = std_object_handlers;
    handlers.offset = offsetof(PublisherObject, std);
    handlers.free_obj = free_object;
    handlers.clone_obj = nullptr;
}

}  // namespace reverb::binding

using namespace reverb::binding;  // the macros below open no namespace of ours

ZEND_METHOD(Reverb_Publisher, __construct) {
    HashTable* options = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_ARRAY_HT(options)
    ZEND_PARSE_PARAMETERS_END();

    PublisherObject* object = object_of(Z_OBJ_P(ZEND_THIS));
    if (object->target != nullptr) {
        zend_throw_error(nullptr, "Reverb\\Publisher::__construct() was called before");
        RETURN_THROWS();
    }
    attempt(thread_state().outcome, [&] {
        object->target =
            std::make_unique<reverb::PublisherTarget>(read_publisher_target(options)).release();
    });
    throw_unless_good(thread_state().outcome);
}

ZEND_METHOD(Reverb_Publisher, publish) {
    PublishArguments arguments;
    if (!parse_publish_arguments(execute_data, arguments)) {
        RETURN_THROWS();
    }
    const reverb::PublisherTarget* target = target_of(ZEND_THIS);
    if (target == nullptr) {
        RETURN_THROWS();
    }
    ThreadState& thread = thread_state();
    attempt(thread.outcome, [&] {
        fill(thread.request, arguments);
        thread.outcome.answer(thread.connections.of(*target).publish(thread.request));
    });
    if (!throw_unless_good(thread.outcome)) {
        return_answer(thread.outcome, return_value);
    }
}

ZEND_METHOD(Reverb_Publisher, status) {
    ZEND_PARSE_PARAMETERS_NONE();

    const reverb::PublisherTarget* target = target_of(ZEND_THIS);
    if (target == nullptr) {
        RETURN_THROWS();
    }
    ThreadState& thread = thread_state();
    attempt(thread.outcome,
            [&] { thread.outcome.answer(thread.connections.of(*target).status()); });
    if (!throw_unless_good(thread.outcome)) {
        return_object(thread.outcome, return_value);
    }
}

ZEND_METHOD(Reverb_Publisher, connect) {
    ZEND_PARSE_PARAMETERS_NONE();

    const reverb::PublisherTarget* target = target_of(ZEND_THIS);
    if (target == nullptr) {
        RETURN_THROWS();
    }
    ThreadState& thread = thread_state();
    attempt(thread.outcome, [&] { thread.connections.of(*target).connect(); });
    throw_unless_good(thread.outcome);
}

ZEND_METHOD(Reverb_Publisher, connected) {
    ZEND_PARSE_PARAMETERS_NONE();

    const reverb::PublisherTarget* target = target_of(ZEND_THIS);
    if (target == nullptr) {
        RETURN_THROWS();
    }
    ThreadState& thread = thread_state();
    bool connected = false;
    attempt(thread.outcome, [&] { connected = thread.connections.of(*target).connected(); });
    RETURN_BOOL(connected);
}

ZEND_METHOD(Reverb_Publisher, close) {
    ZEND_PARSE_PARAMETERS_NONE();

    const reverb::PublisherTarget* target = target_of(ZEND_THIS);
    if (target == nullptr) {
        RETURN_THROWS();
    }
    ThreadState& thread = thread_state();
    attempt(thread.outcome, [&] { thread.connections.close(*target); });
    throw_unless_good(thread.outcome);
}
