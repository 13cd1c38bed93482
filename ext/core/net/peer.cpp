#include "net/peer.h"

#include <libwebsockets.h>

namespace reverb {

void Peer::cut() {
    lws_set_timeout(socket_, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
    // It looks at its timeouts only after it served a socket: give it a reason.
    lws_cancel_service(lws_get_context(socket_));
}

}  // namespace reverb
