#include "http/event_fields.h"

namespace reverb {

EventFields read_event(const Fields& fields) {
    EventFields read;
    read.event.event = fields.required_text("name");
    read.data_json = fields.required_text_json("data");
    read.event.channels = fields.channels(max_channels_over_http);
    read.event.except = fields.optional_text("socket_id");
    read.event.info = fields.optional_text("info");
    return read;
}

}  // namespace reverb
