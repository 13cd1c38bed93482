#include "net/peer.h"

#include <libwebsockets.h>

namespace reverb {

void Peer::cut() { lws_set_timeout(socket_, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC); }

}  // namespace reverb
