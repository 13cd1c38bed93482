#include "net/peer.h"

#include <libwebsockets.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace reverb {

bool Peer::write(std::string_view bytes) {
    // It takes them as though it would write into them, and does not.
    auto* start = const_cast<char*>(bytes.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    return lws_write(socket_, reinterpret_cast<unsigned char*>(start), bytes.size(),
                     LWS_WRITE_HTTP) >= 0;
}

void Peer::cork(bool on) noexcept {
#ifdef TCP_CORK
    const int value = on ? 1 : 0;
    ::setsockopt(lws_get_socket_fd(socket_), IPPROTO_TCP, TCP_CORK, &value, sizeof value);
#else
    static_cast<void>(on);
#endif
}

bool Peer::readable() const noexcept {
    int bytes = 0;
    return ::ioctl(lws_get_socket_fd(socket_), FIONREAD, &bytes) == 0 && bytes > 0;
}

void Peer::cut() {
    lws_set_timeout(socket_, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
    // It looks at its timeouts only after it served a socket: give it a reason.
    lws_cancel_service(lws_get_context(socket_));
}

}  // namespace reverb
