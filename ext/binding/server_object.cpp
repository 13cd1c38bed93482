#include "binding/server_object.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/socket_id.h"
#include "binding/configuration.h"
#include "binding/exceptions.h"
#include "binding/outcome.h"
#include "binding/request.h"
#include "binding/thread_state.h"
#include "pusher/close_code.h"

namespace reverb::binding {

namespace {

struct ServerObject {
    ServerState* state;  // null until constructed
    zend_object std;
};

zend_object_handlers handlers;

ServerObject* object_of(zend_object* object) noexcept {
    return reinterpret_cast<ServerObject*>(reinterpret_cast<char*>(object) -
                                           offsetof(ServerObject, std));
}

// Throws in PHP and returns null where a subclass-like trick (reflection) skipped the constructor.
ServerState* state_of(zval* self) {
    ServerState* state = object_of(Z_OBJ_P(self))->state;
    if (state == nullptr) {
        zend_throw_error(nullptr, "Reverb\\Server::__construct() was not called");
    }
    return state;
}

zend_object* create(zend_class_entry* class_entry) {
    auto* object = static_cast<ServerObject*>(zend_object_alloc(sizeof(ServerObject), class_entry));
    object->state = nullptr;
    zend_object_std_init(&object->std, class_entry);
    object_properties_init(&object->std, class_entry);
    object->std.handlers = &handlers;
    return &object->std;
}

void free_object(zend_object* std) {
    ServerObject* object = object_of(std);
    ServerState* state = std::exchange(object->state, nullptr);
    if (state != nullptr) {
        for (Callable& listener : state->listeners) {
            listener.release();
        }
        for (auto& [number, timer] : state->timers) {
            timer.callback.release();
        }
        if (state->run && state->run->in_forked_child()) {
            // Left behind on purpose. Joining a thread that this process does not have would wait
            // for ever, a lock may have been held at the moment of the fork, and removing the
            // socket's file would cut the parent's publishers off.
            (void)state->run.release();
        }
        delete state;
    }
    zend_object_std_dtor(std);
}

HashTable* get_gc(zend_object* std, zval** table, int* count) {
    zend_get_gc_buffer* buffer = zend_get_gc_buffer_create();
    const ServerState* state = object_of(std)->state;
    if (state != nullptr) {
        for (const Callable& listener : state->listeners) {
            if (listener.closure != nullptr) {
                zend_get_gc_buffer_add_obj(buffer, listener.closure);
            }
        }
        for (const auto& [number, timer] : state->timers) {
            zend_get_gc_buffer_add_obj(buffer, timer.callback.closure);
        }
    }
    zend_get_gc_buffer_use(buffer, table, count);
    return zend_std_get_properties(std);
}

void construct(ServerObject* object, const HashTable* configuration, Outcome& outcome) noexcept {
    attempt(outcome, [&] {
        auto state = std::make_unique<ServerState>();
        state->config = read_server_config(configuration);
        state->config.version = PHP_REVERB_VERSION;
        state->next = std::make_unique<Server>(state->config, state->hooks);
        object->state = state.release();
    });
}

void start(ServerState& state, Outcome& outcome) noexcept {
    attempt(outcome, [&] {
        std::unique_ptr<Server> server = std::move(state.next);
        if (!server) {
            server = std::make_unique<Server>(state.config, state.hooks);
        }
        state.run = std::make_unique<Run>(state.config, std::move(server), state.hooks,
                                          state.listeners, state.timers);
    });
}

// Serves and ends all C++ frames and threads of the run. Returns whether PHP has to bail out. In a
// child forked by a listener the run stays as it is, for it is the parent's.
bool serve(ServerState& state) noexcept {
    state.run->serve();
    const bool bailed_out = state.run->bailed_out();
    if (!state.run->in_forked_child()) {
        state.run.reset();
    }
    return bailed_out;
}

std::uint64_t count_of(const ServerState& state, const zend_string* app_id,
                       std::uint64_t (Server::*of_app)(const std::string&) const,
                       std::uint64_t ServerStats::*of_all) noexcept {
    const Server* server = state.running();
    if (server == nullptr) {
        return 0;
    }
    if (app_id == nullptr) {
        return server->stats().*of_all;
    }
    return (server->*of_app)(std::string(ZSTR_VAL(app_id), ZSTR_LEN(app_id)));
}

// False while the application is being looked up.
bool publish(Server& server, const PublishArguments& arguments) noexcept {
    ThreadState& thread = thread_state();
    bool answered = true;
    attempt(thread.outcome, [&] {
        fill(thread.request, arguments);
        std::optional<Answer> answer = server.publish(thread.request);
        answered = answer.has_value();
        if (answered) {
            thread.outcome.answer(std::move(*answer));
        }
    });
    return answered;
}

// Lets `action` tell the server something about the connection of that name.
template <typename Action>
void to_connection(zval* self, const zend_string* socket_id, const Action& action) {
    const auto id = reverb::SocketId::parse({ZSTR_VAL(socket_id), ZSTR_LEN(socket_id)});
    if (!id) {
        zend_argument_value_error(1, "must be a socket id such as 123.456, \"%s\" given",
                                  ZSTR_VAL(socket_id));
        return;
    }
    const ServerState* state = state_of(self);
    if (state == nullptr) {
        return;
    }
    Server* server = state->running();
    if (server == nullptr) {
        zend_throw_exception(exception_ce, "The server does not run: there are no connections", 0);
        return;
    }
    attempt(thread_state().outcome, [&] { action(*server, *id); });
    throw_unless_good(thread_state().outcome);
}

void return_count(zend_execute_data* execute_data, zval* return_value,
                  std::uint64_t (Server::*of_app)(const std::string&) const,
                  std::uint64_t ServerStats::*of_all) {
    zend_string* app_id = nullptr;
    ZEND_PARSE_PARAMETERS_START(0, 1)
    Z_PARAM_OPTIONAL
    Z_PARAM_STR_OR_NULL(app_id)
    ZEND_PARSE_PARAMETERS_END();
    const ServerState* state = state_of(ZEND_THIS);
    if (state != nullptr) {
        RETURN_LONG(static_cast<zend_long>(count_of(*state, app_id, of_app, of_all)));
    }
}

}  // namespace

Server* ServerState::running() const noexcept {
    return run && !run->in_forked_child() && run->server().running() ? &run->server() : nullptr;
}

void set_up_server_class(zend_class_entry* class_entry) {
    class_entry->create_object = create;
    handlers = std_object_handlers;
    handlers.offset = offsetof(ServerObject, std);
    handlers.free_obj = free_object;
    handlers.get_gc = get_gc;
    handlers.clone_obj = nullptr;
}

}  // namespace reverb::binding

using namespace reverb::binding;  // the macros below open no namespace of ours

ZEND_METHOD(Reverb_Server, __construct) {
    HashTable* configuration = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_ARRAY_HT(configuration)
    ZEND_PARSE_PARAMETERS_END();

    ServerObject* object = object_of(Z_OBJ_P(ZEND_THIS));
    if (object->state != nullptr) {
        zend_throw_error(nullptr, "Reverb\\Server::__construct() was called before");
        RETURN_THROWS();
    }
    construct(object, configuration, thread_state().outcome);
    throw_unless_good(thread_state().outcome);
}

ZEND_METHOD(Reverb_Server, on) {
    zend_string* hook = nullptr;
    zval* listener = nullptr;
    zend_fcall_info info;
    zend_fcall_info_cache cache;
    ZEND_PARSE_PARAMETERS_START(2, 2)
    Z_PARAM_STR(hook)
    Z_PARAM_FUNC_OR_NULL(info, cache)
    ZEND_PARSE_PARAMETERS_END();
    listener = ZEND_CALL_ARG(execute_data, 2);
    if (ZEND_FCI_INITIALIZED(info)) {
        zend_release_fcall_info_cache(&cache);
    }

    ServerState* state = state_of(ZEND_THIS);
    if (state == nullptr) {
        RETURN_THROWS();
    }
    const auto number = hook_number({ZSTR_VAL(hook), ZSTR_LEN(hook)});
    if (!number) {
        Outcome& outcome = thread_state().outcome;
        attempt(outcome, [&] { outcome.text = hook_names(); });
        zend_argument_value_error(1, "must be one of %s; \"%s\" given", outcome.text.c_str(),
                                  ZSTR_VAL(hook));
        RETURN_THROWS();
    }
    Callable callable;
    if (Z_TYPE_P(listener) != IS_NULL && !Callable::hold(listener, callable)) {
        RETURN_THROWS();
    }
    if (*number < core_hooks) {
        state->hooks->want(static_cast<reverb::Hook>(*number), callable.closure != nullptr);
    }
    // Last, as releasing the earlier one may run a destructor of PHP.
    std::swap(state->listeners[*number], callable);
    callable.release();
}

ZEND_METHOD(Reverb_Server, every) {
    double seconds = 0;
    zend_fcall_info info;
    zend_fcall_info_cache cache;
    ZEND_PARSE_PARAMETERS_START(2, 2)
    Z_PARAM_DOUBLE(seconds)
    Z_PARAM_FUNC(info, cache)
    ZEND_PARSE_PARAMETERS_END();
    zend_release_fcall_info_cache(&cache);

    ServerState* state = state_of(ZEND_THIS);
    if (state == nullptr) {
        RETURN_THROWS();
    }
    constexpr double longest = 366.0 * 86'400;
    if (!(seconds >= 0.001 && seconds <= longest)) {
        zend_argument_value_error(1, "must be between 0.001 and %.0f seconds, %g given", longest,
                                  seconds);
        RETURN_THROWS();
    }
    Callable callable;
    if (!Callable::hold(ZEND_CALL_ARG(execute_data, 2), callable)) {
        RETURN_THROWS();
    }
    const zend_long number = ++state->last_timer;
    Timer& timer = state->timers[number];
    timer.callback = callable;
    timer.interval = std::chrono::milliseconds(std::llround(seconds * 1'000));
    if (state->running() != nullptr) {
        state->run->start_timer(number, timer);
    }
    RETURN_LONG(number);
}

ZEND_METHOD(Reverb_Server, cancel) {
    zend_long number = 0;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_LONG(number)
    ZEND_PARSE_PARAMETERS_END();

    ServerState* state = state_of(ZEND_THIS);
    if (state == nullptr) {
        RETURN_THROWS();
    }
    const auto entry = state->timers.find(number);
    if (entry == state->timers.end()) {
        RETURN_FALSE;
    }
    if (state->running() != nullptr) {
        state->run->stop_timer(entry->second);
    }
    Callable callback = entry->second.callback;
    state->timers.erase(entry);
    callback.release();
    RETURN_TRUE;
}

ZEND_METHOD(Reverb_Server, run) {
    ZEND_PARSE_PARAMETERS_NONE();

    ServerState* state = state_of(ZEND_THIS);
    if (state == nullptr) {
        RETURN_THROWS();
    }
    if (state->run) {
        zend_throw_exception(exception_ce,
                             state->run->in_forked_child()
                                 ? "The server runs in the process that this one was forked from"
                                 : "The server runs already",
                             0);
        RETURN_THROWS();
    }
    start(*state, thread_state().outcome);
    if (throw_unless_good(thread_state().outcome)) {
        RETURN_THROWS();
    }
    // A listener may let go of the last variable that holds the server.
    zend_object* self = Z_OBJ_P(ZEND_THIS);
    GC_ADDREF(self);
    if (serve(*state)) {
        zend_bailout();
    }
    if (state->run && EG(exception) == nullptr) {
        zend_throw_exception(exception_ce,
                             "A child forked by a listener has to exit() instead of returning: the "
                             "server is its parent's",
                             0);
    }
    OBJ_RELEASE(self);
}

ZEND_METHOD(Reverb_Server, stop) {
    ZEND_PARSE_PARAMETERS_NONE();

    const ServerState* state = state_of(ZEND_THIS);
    if (state != nullptr && state->running() != nullptr) {
        state->run->request_stop();
    }
}

ZEND_METHOD(Reverb_Server, publish) {
    PublishArguments arguments;
    if (!parse_publish_arguments(execute_data, arguments)) {
        RETURN_THROWS();
    }
    const ServerState* state = state_of(ZEND_THIS);
    if (state == nullptr) {
        RETURN_THROWS();
    }
    reverb::Server* server = state->running();
    if (server == nullptr) {
        zend_throw_exception(exception_ce,
                             "The server does not run: Reverb\\Server::publish() is for hooks and "
                             "timers of run(), elsewhere use Reverb\\Publisher",
                             0);
        RETURN_THROWS();
    }
    if (!publish(*server, arguments)) {
        state->run->answer_questions();
        // What the listener was asked may have ended PHP or this process's part in the server.
        if (state->run->bailed_out()) {
            zend_bailout();
        }
        if (EG(exception) != nullptr) {
            RETURN_THROWS();
        }
        if (state->running() == nullptr) {
            zend_throw_exception(exception_ce,
                                 "The server runs in the process that this one was "
                                 "forked from",
                                 0);
            RETURN_THROWS();
        }
        if (!publish(*server, arguments)) {
            thread_state().outcome.answer({503, "The application is being looked up. Try again."});
        }
    }
    if (!throw_unless_good(thread_state().outcome)) {
        return_answer(thread_state().outcome, return_value);
    }
}

ZEND_METHOD(Reverb_Server, send) {
    zend_string* socket_id = nullptr;
    zend_string* message = nullptr;
    ZEND_PARSE_PARAMETERS_START(2, 2)
    Z_PARAM_STR(socket_id)
    Z_PARAM_STR(message)
    ZEND_PARSE_PARAMETERS_END();

    if (!reverb::valid_utf8({ZSTR_VAL(message), ZSTR_LEN(message)})) {
        zend_argument_value_error(2, "must be UTF-8");
        RETURN_THROWS();
    }
    to_connection(ZEND_THIS, socket_id, [message](reverb::Server& server, reverb::SocketId to) {
        server.send(to, {ZSTR_VAL(message), ZSTR_LEN(message)});
    });
}

ZEND_METHOD(Reverb_Server, disconnect) {
    zend_string* socket_id = nullptr;
    zend_long code = static_cast<zend_long>(reverb::CloseCode::normal);
    zend_string* reason = ZSTR_EMPTY_ALLOC();
    ZEND_PARSE_PARAMETERS_START(1, 3)
    Z_PARAM_STR(socket_id)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(code)
    Z_PARAM_STR(reason)
    ZEND_PARSE_PARAMETERS_END();

    if (code != static_cast<zend_long>(reverb::CloseCode::normal) &&
        (code < 3'000 || code > 4'999)) {
        zend_argument_value_error(
            2, "must be 1000 or between 3000 and 4999, " ZEND_LONG_FMT " given", code);
        RETURN_THROWS();
    }
    constexpr std::size_t longest_reason = 123;
    if (ZSTR_LEN(reason) > longest_reason ||
        !reverb::valid_utf8({ZSTR_VAL(reason), ZSTR_LEN(reason)})) {
        zend_argument_value_error(3, "must be UTF-8 of at most %zu bytes", longest_reason);
        RETURN_THROWS();
    }
    to_connection(ZEND_THIS, socket_id,
                  [code, reason](reverb::Server& server, reverb::SocketId whom) {
                      server.disconnect(whom, static_cast<std::uint16_t>(code),
                                        {ZSTR_VAL(reason), ZSTR_LEN(reason)});
                  });
}

ZEND_METHOD(Reverb_Server, connections) {
    return_count(execute_data, return_value, &reverb::Server::connections,
                 &reverb::ServerStats::connections);
}

ZEND_METHOD(Reverb_Server, channels) {
    return_count(execute_data, return_value, &reverb::Server::channels,
                 &reverb::ServerStats::channels);
}

ZEND_METHOD(Reverb_Server, stats) {
    ZEND_PARSE_PARAMETERS_NONE();

    const ServerState* state = state_of(ZEND_THIS);
    if (state == nullptr) {
        RETURN_THROWS();
    }
    reverb::ServerStats& stats = thread_state().stats;
    const reverb::Server* server = state->running();
    attempt(thread_state().outcome,
            [&] { stats = server == nullptr ? reverb::ServerStats{} : server->stats(); });
    if (throw_unless_good(thread_state().outcome)) {
        RETURN_THROWS();
    }
    const auto number = [return_value](const char* name, std::uint64_t value) {
        add_assoc_long(return_value, name, static_cast<zend_long>(value));
    };
    array_init(return_value);
    number("connections", stats.connections);
    number("channels", stats.channels);
    number("connections_opened", stats.connections_opened);
    number("messages_received", stats.messages_received);
    number("messages_published", stats.messages_published);
    number("deliveries", stats.deliveries);
    number("slow_closes", stats.slow_closes);
    number("deadline_closes", stats.deadline_closes);
    number("auth_failures", stats.auth_failures);
    number("hooks_dropped", stats.hooks_dropped);
    number("hooks_waiting", stats.hooks_waiting);
    number("bytes_received", stats.bytes_received);
    number("bytes_sent", stats.bytes_sent);
    number("connections_compressed", stats.connections_compressed);
    number("messages_compressed", stats.messages_compressed);
    number("bytes_saved", stats.bytes_saved);
    zval by_thread;
    array_init(&by_thread);
    for (const std::uint64_t connections : stats.connections_by_thread) {
        add_next_index_long(&by_thread, static_cast<zend_long>(connections));
    }
    add_assoc_zval(return_value, "connections_by_thread", &by_thread);
    zval applications;
    array_init(&applications);
    for (const reverb::ApplicationStats& application : stats.applications) {
        zval entry;
        array_init(&entry);
        add_assoc_long(&entry, "connections", static_cast<zend_long>(application.connections));
        add_assoc_long(&entry, "channels", static_cast<zend_long>(application.channels));
        add_assoc_long(&entry, "messages_received",
                       static_cast<zend_long>(application.messages_received));
        add_assoc_long(&entry, "messages_sent", static_cast<zend_long>(application.messages_sent));
        zend_symtable_str_update(Z_ARRVAL(applications), application.app_id.data(),
                                 application.app_id.size(), &entry);
    }
    add_assoc_zval(return_value, "applications", &applications);
}

ZEND_METHOD(Reverb_Server, port) {
    ZEND_PARSE_PARAMETERS_NONE();

    const ServerState* state = state_of(ZEND_THIS);
    if (state == nullptr) {
        RETURN_THROWS();
    }
    const reverb::Server* server = state->running();
    if (server != nullptr) {
        RETURN_LONG(server->port());
    }
}
