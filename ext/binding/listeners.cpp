#include "binding/listeners.h"

#include "app/application_name.h"

namespace reverb::binding {

namespace {

constexpr std::array<std::string_view, hook_count> names{
    "log",
    "connection_opened",
    "connection_closed",
    "connection_pruned",
    "message_received",
    "message_sent",
    "client_event",
    "subscribed",
    "unsubscribed",
    "member_added",
    "member_removed",
    "channel_created",
    "channel_removed",
    "exception",
    "started",
    "stopping",
    "signal",
    "application_wanted",
};

void add(zval* array, const char* key, const std::string& value) {
    add_assoc_stringl(array, key, value.data(), value.size());
}

void add_or_null(zval* array, const char* key, const std::string& value) {
    if (value.empty()) {
        add_assoc_null(array, key);
    } else {
        add(array, key, value);
    }
}

}  // namespace

std::optional<std::size_t> hook_number(std::string_view name) noexcept {
    for (std::size_t number = 0; number < names.size(); ++number) {
        if (names[number] == name) {
            return number;
        }
    }
    return std::nullopt;
}

std::string hook_names() {
    std::string list;
    for (const std::string_view name : names) {
        list += list.empty() ? "" : ", ";
        list += name;
    }
    return list;
}

void build_event(const void* source, zval* argument) {
    const auto& event = *static_cast<const HookEvent*>(source);
    array_init(argument);
    if (event.hook == Hook::log) {
        add(argument, "level", event.subject);
        add(argument, "title", event.text);
        add(argument, "detail", event.detail);
        return;
    }
    add(argument, "app_id", event.app_id);
    switch (event.hook) {
        case Hook::channel_created:
        case Hook::channel_removed:
            add(argument, "channel", event.text);
            return;
        default:
            break;
    }
    add(argument, "socket_id", event.subject);
    add_or_null(argument, "origin", event.origin);
    switch (event.hook) {
        case Hook::connection_opened:
            add(argument, "address", event.detail);
            break;
        case Hook::connection_pruned:
            add_assoc_long(argument, "last_seen", ZEND_STRTOL(event.detail.c_str(), nullptr, 10));
            break;
        case Hook::message_received:
        case Hook::message_sent:
            add(argument, "message", event.detail);
            break;
        case Hook::client_event:
            add(argument, "channel", event.text);
            add_or_null(argument, "user_id", event.user_id);
            add(argument, "message", event.detail);
            break;
        case Hook::subscribed:
        case Hook::unsubscribed:
            add(argument, "channel", event.text);
            break;
        case Hook::member_added:
        case Hook::member_removed:
            add(argument, "channel", event.text);
            add(argument, "user_id", event.detail);
            break;
        default:
            break;
    }
}

void build_started(const void* source, zval* argument) {
    const auto& started = *static_cast<const Started*>(source);
    array_init(argument);
    add(argument, "address", started.address);
    add_or_null(argument, "socket", started.socket);
    add_assoc_long(argument, "threads", static_cast<zend_long>(started.threads));
    zval warnings;
    array_init(&warnings);
    for (const std::string& warning : started.warnings) {
        add_next_index_stringl(&warnings, warning.data(), warning.size());
    }
    add_assoc_zval(argument, "warnings", &warnings);
}

void build_stopping(const void* reason, zval* argument) {
    array_init(argument);
    add_assoc_string(argument, "reason", static_cast<const char*>(reason));
}

void build_signal(const void* signal, zval* argument) {
    array_init(argument);
    add_assoc_string(argument, "signal", static_cast<const char*>(signal));
}

void build_application_wanted(const void* source, zval* argument) {
    const auto& name = *static_cast<const ApplicationName*>(source);
    array_init(argument);
    add_assoc_string(argument, "by", name.by == ApplicationName::By::id ? "id" : "key");
    add(argument, "value", name.value);
}

}  // namespace reverb::binding
