#include "publisher/publisher.h"

#include <utility>

#include "publisher/http_publisher.h"
#include "publisher/redis_publisher.h"
#include "publisher/unix_publisher.h"

namespace reverb {

std::unique_ptr<PublisherConnection> PublisherConnection::open(PublisherTarget target) {
    if (target.scaling.enabled) {
        return std::make_unique<RedisPublisher>(std::move(target));
    }
    if (!target.socket.empty()) {
        return std::make_unique<UnixPublisher>(target);
    }
    return std::make_unique<HttpPublisher>(std::move(target));
}

}  // namespace reverb
