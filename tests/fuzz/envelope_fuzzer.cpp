// Whatever comes through Redis: messages that are read are written again to the byte, where the
// order of what they hold is given.
#include <string>
#include <variant>

#include "cluster/envelope.h"
#include "fuzz/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace reverb;
    using fuzz::check;
    const std::string_view bytes = fuzz::as_text(data, size);
    if (const MemberPtr member = envelope::read_member(bytes)) {
        check(envelope::member(*member) == bytes, "a member is written as it was read");
    }
    const auto message = envelope::read(bytes);
    if (!message) {
        return 0;
    }
    check(message->from == envelope::sender(bytes), "the sender is the message's");
    if (const auto* event = std::get_if<envelope::Event>(&message->content)) {
        const std::string again =
            envelope::event(message->from, event->key, event->except, event->message);
        check(again.size() == bytes.size(), "an event is written as long as it was read");
    } else if (const auto* change = std::get_if<envelope::PresenceChange>(&message->content)) {
        check(change->epoch.size() == envelope::epoch_size, "an epoch has its size");
        check(change->member != nullptr, "a change is of a member");
    } else if (const auto* gone = std::get_if<envelope::Terminate>(&message->content)) {
        const std::string again = envelope::terminate(message->from, gone->app_id, gone->user_id);
        check(again.size() == bytes.size(), "a termination is written as long as it was read");
    } else if (const auto* reply = std::get_if<envelope::Reply>(&message->content)) {
        for (const std::string& again :
             envelope::replies(message->from, reply->number, reply->facts)) {
            check(envelope::read(again).has_value(), "facts that were read are read again");
        }
    }
    return 0;
}
